# The texts of Rubrika in English. The key "command.element" is the message "command" with the attribute ".element".
# Markup is Telegram HTML: b, i, u, s, a, code, pre, blockquote. In a text & < > are written &amp; &lt; &gt;.

## A post about an article

article =
    .read = Read the full story

## The ticker: a channel's short news of the day

ticker =
    .header = <b>In brief · { $day }</b>


## Commands in Telegram's menu and in /help

commands =
    .rubrics = choose rubrics
    .latest = latest news
    .language = language
    .stop = stop the news
    .help = what I can do
    .channels = my channels
    .push = send an article now
    .editors = editors

## Pages of a long list

page =
    .previous = ‹ Back
    .next = Next ›

## /start

start =
    .hello = Hello, { $name }!
    .again = Hello again, { $name }!
    .resumed = Welcome back, { $name }! News will reach you again, your rubrics are as you left them.
    .about = I bring you news in the rubrics you choose, as soon as it is published.
    .choose = Tick your rubrics:
    .subscribed = You are subscribed to “{ $rubric }”.
    .editor = You are an editor: /push sends an article to readers now.
    .owner = You are an owner: /push sends an article to readers now, /editors appoints editors.

## /rubrics

rubrics =
    .choose = Tick your rubrics. Their news comes as soon as it is published.
    .stopped = News is stopped at the moment. Send /start to receive it again.
    .none-yet = There are no rubrics yet, the newsroom is preparing them.
    .all = All
    .none = None

## /latest

latest =
    .own = <b>Latest in your rubrics</b>
    .all = <b>Latest in all rubrics</b>
    .nothing = Nothing here yet. You can choose rubrics with /rubrics.

## /language

language =
    .choose = Which language do you prefer to read?
    .chosen = Done: English from now on.
    .ru = Русский
    .az = Azərbaycanca
    .en = English

## /stop

stop =
    .done = News is stopped. Your rubrics are kept: send /start and it all goes on.

## /help

help =
    .heading = I bring you news by rubric. These are the commands:
    .channels = Do you run a channel? /channels tells how to publish news there too.

## Words and commands the bot does not know

unknown =
    .command = There is no such command. All that I can do: /help
    .words = I understand commands and buttons. Rubrics: /rubrics, latest news: /latest, everything else: /help

## /channels and a channel's menu

channels =
    .list = Your channels. Which one would you like to set up?
    .none =
        Your channels will appear here.

        Press the button, choose a channel and keep the ticked rights: to post, edit and delete messages. I will then send you the channel's menu.
    .add = Add to a channel
    .connected = The channel “{ $channel }” is connected.
    .lost = The channel “{ $channel }” is disconnected: I am no longer its administrator. Its settings are kept and return when I do.
    .right-missing = In the channel “{ $channel }” I lack the right “Post Messages”. Grant it in the channel's administrator settings and I will start working.
    .groups = For now I work only in channels and in private chats.
    .rubrics =
        { $count ->
            [0] Rubrics: none
           *[other] Rubrics: { $count } chosen
        }
    .choose = Tick rubrics and the news will go to the channel.
    .paused = ⏸ Paused: nothing is published in the channel. What comes out meanwhile will not follow later.
    .articles = Articles
    .articles-on = Articles: each as its own post, at once
    .articles-off = Articles: not published
    .ticker = Ticker
    .ticker-on =
        { $minutes ->
            [one] Ticker: every { $minutes } minute
           *[other] Ticker: every { $minutes } minutes
        }
    .ticker-off = Ticker: off
    .minutes = { $minutes } min
    .pause = Pause
    .resume = Resume
    .back = ‹ Channels

## /push

push =
    .usage = Send the link to the article together with the command, for example: <code>/push https://example.org/story</code>
    .question = <b>Send this article now?</b>
    .to-people =
        Recipients: { $subscribers ->
            [one] { $subscribers } subscriber
           *[other] { $subscribers } subscribers
        }.
    .to-channels =
        Recipients: { $channels ->
            [one] { $channels } channel
           *[other] { $channels } channels
        }.
    .to-both =
        Recipients: { $subscribers ->
            [one] { $subscribers } subscriber
           *[other] { $subscribers } subscribers
        } and { $channels ->
            [one] { $channels } channel
           *[other] { $channels } channels
        }.
    .already =
        { $count ->
            [one] { $count } recipient already has it and will not get it twice.
           *[other] { $count } recipients already have it and will not get it twice.
        }
    .nobody = Nobody would receive it now: its rubrics have no new subscribers and no channel is ticked.
    .no-rubrics = The article has no rubric that we know, so it goes to the ticked channels only.
    .send = Send
    .cancel = Cancel
    .cancelled = The push is cancelled: “{ $title }”.
    .ordered = <b>The push is on its way</b>: “{ $title }”
    .planning = Preparing the deliveries…
    .sent = Delivered: { $count }
    .queued = Queued: { $count }
    .failed = Not delivered: { $count }
    .dropped = Taken back: { $count }
    .refresh = Refresh

## /editors

editors =
    .list =
        { $count ->
            [one] <b>{ $count } editor</b>
           *[other] <b>{ $count } editors</b>
        }
    .nobody = There are no editors yet.
    .how = To appoint an editor, send their id: <code>/editors 1234567</code>. They have to press /start first. The button with a name dismisses that editor.
    .usage = This does not look like an id: it is a number, for example <code>/editors 1234567</code>
    .appointed = { $name } is an editor now.
    .already = { $name } already may do all that an editor may.
    .question = { $name } will no longer be able to push articles. Dismiss?
    .dismiss = Dismiss
    .keep = Keep
    .dismissed = { $name } is no longer an editor.
    .you-are-appointed = You have been appointed editor. /push with a link sends the article to readers now.
    .you-are-dismissed = You are no longer an editor. The news and your rubrics stay with you.

## What went wrong

error =
    .unexpected = Something went wrong, and we know about it. Please try again a little later.
    .unknown-rubric = This rubric no longer exists.
    .unknown-channel = This channel is no longer connected.
    .not-channel-administrator = Only the channel's administrators with the right to post may set it up.
    .nothing-to-deliver = Nothing would be left to publish. If the channel is to be silent, press “Pause”.
    .article-not-found = We have no such article. The link must lead to an article of one of our sources.
    .unreadable-link = The page could not be read. Check the link or try again a little later.
    .push-already-decided = This push has been decided already.
    .stale-button = This button is outdated.
    .unknown-person = I do not know this person. Let them press /start first, then appoint them.
