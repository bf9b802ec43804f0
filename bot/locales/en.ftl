# The texts of Rubrika in English. The key "command.element" is the message "command" with the attribute ".element".
# Markup is Telegram HTML: b, i, u, s, a, code, pre, blockquote. In a text & < > are written &amp; &lt; &gt;.

## A post about an article

article =
    .read = Read the full story
    .corrected = Corrected
    .withdrawn = The newsroom has withdrawn this article.
    .emptied = This part was taken out: the article is shorter now.
    .share = Share
    .subscribe = Subscribe to { $rubric }
    .read-on = Read on

## The ticker: a channel's short news of the day

ticker =
    .header = <b>In brief · { $day }</b>
    .empty = No news yet today.

## A ticker's own screen in a channel's menu, and its schedule

schedule =
    .live = Ticker: live, in one pinned message
    .at-times = Ticker: at set times, <code>{ $cron }</code>
    .next = Next: { $at }
    .silenced = ⚠️ Like this the ticker will never come: all its times fall into the quiet hours, when posts wait. Change the one or the other.
    .about =
        <b>Live</b>: one pinned message a day, which I edit as news come, the newest on top.
        <b>Every so many minutes</b>: a message with the lines that came meanwhile, when there are any.
    .button-live = Live
    .button-times = Own times…
    .question =
        When should the ticker come to “{ $channel }”? Send me, for example:

        <code>20</code> – every 20 minutes
        <code>0 9,13,18 * * *</code> – at 9:00, 13:00 and 18:00
        <code>30 8 * * mon-fri</code> – on weekdays at 8:30

        The five fields are minute, hour, day of the month, month and day of the week; the time is the newsroom's.
    .interval = That many minutes will not do: an interval is { $lowest } to { $highest } minutes.
    .fields =
        { $count ->
            [one] That is { $count } field; a schedule has five: minute, hour, day, month, weekday.
           *[other] That is { $count } fields; a schedule has five: minute, hour, day, month, weekday.
        }
    .field =
        { $field ->
            [minute] I cannot read the minutes: <code>{ $part }</code>. They are { $lowest } to { $highest }, for example <code>0</code>, <code>*/15</code> or <code>0,30</code>.
            [hour] I cannot read the hours: <code>{ $part }</code>. They are { $lowest } to { $highest }, for example <code>9</code>, <code>9-18</code> or <code>9,13,18</code>.
            [day] I cannot read the day of the month: <code>{ $part }</code>. It is { $lowest } to { $highest }, or <code>*</code>.
            [month] I cannot read the month: <code>{ $part }</code>. It is { $lowest } to { $highest }, jan to dec, or <code>*</code>.
           *[weekday] I cannot read the day of the week: <code>{ $part }</code>. It is { $lowest } to { $highest } (0 and 7 are Sunday), mon to sun, or <code>*</code>.
        }
    .seconds = Six fields would mean seconds, and a ticker comes once a minute at most. Leave the first one out.
    .never = Such a day never comes. Check the day of the month and the month.
    .pin-refused =
        I may not pin messages in the channel “{ $channel }”, so its ticker goes on unpinned.

        If it is to be pinned, give me the right “Edit Messages of Others” in the channel's administrator settings; I will pin it at once.


## Commands in Telegram's menu and in /help

commands =
    .rubrics = choose rubrics
    .latest = latest news
    .settings = settings
    .language = language
    .stop = stop the news
    .help = what I can do
    .channels = my channels
    .push = send an article now
    .sources = news sources
    .why = why an article came, or did not
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
    .editor = You are an editor: /push sends an article to readers now, /sources shows the sources.
    .owner = You are an owner: /push sends an article to readers now, /sources shows the sources, /editors appoints editors.

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

## /settings

settings =
    .heading = <b>Settings</b>
    .language = Language: { $language }
    .rubrics =
        { $count ->
            [0] Rubrics: none
           *[other] Rubrics: { $count } chosen
        }
    .active = News comes as soon as it is published.
    .nothing-chosen = News will come as soon as you choose a rubric.
    .stopped = ⏸ News is stopped. What comes out meanwhile will not follow later.
    .to-rubrics = Rubrics
    .stop = Stop the news
    .resume = Resume the news
    .why = Why did I get this article?
    .back = ‹ Settings

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
        Your channels and groups will appear here.

        Press the button, choose a channel and keep the ticked rights: to post, edit and delete messages. I will then send you the channel's menu.

        If you have added me already and the channel is not here, confirm it with a code.
    .add = Add to a channel
    .connected = The channel “{ $channel }” is connected.
    .lost = The channel “{ $channel }” is disconnected: I am no longer its administrator. Its settings are kept and return when I do.
    .right-missing = In the channel “{ $channel }” I lack the right “Post Messages”. Grant it in the channel's administrator settings and I will start working.
    .barred-right = The channel “{ $channel }”: I can no longer post, I lack the right “Post Messages”. Grant it in the channel's administrator settings and I will go on by myself. What comes out meanwhile will not follow later.
    .barred-restricted = The channel “{ $channel }”: Telegram does not let me post. Check that the channel is open and not restricted, then press “Resume” in /channels. What comes out meanwhile will not follow later.
    .right-back = The channel “{ $channel }”: the right is back and I post again. What came out meanwhile will not follow.
    .open-rubrics = Rubrics
    .open-posts = Posts
    .open-ticker = Ticker
    .open-language = Language
    .open-words = Words
    .open-quiet = Quiet hours
    .open-pace = Pace
    .open-approval = Approval
    .open-topics = Topics
    .open-copying = Copy settings
    .open-history = History
    .rubrics =
        { $count ->
            [0] Rubrics: none
           *[other] Rubrics: { $count } chosen
        }
    .choose = Tick rubrics and the news will start.
    .paused = ⏸ Paused: nothing is published.
    .barred = 🔒 I cannot post here now. Check my right “Post Messages”: once it is back I will go on by myself.
    .articles = Articles
    .articles-on = Articles: each as its own post
    .articles-off = Articles: not published
    .ticker-on =
        { $minutes ->
            [one] Ticker: every { $minutes } minute
           *[other] Ticker: every { $minutes } minutes
        }
    .ticker-off = Ticker: off
    .off = Off
    .language = Language: { $language }
    .editions = Articles also in: { $languages }
    .choose-editions = On the left the language of the channel, its captions and its articles. On the right the other languages to take articles in.
    .minutes = { $minutes } min
    .pause = Pause
    .resume = Resume
    .menu = ‹ Channel menu
    .back = ‹ Channels
    .connected-group = The group “{ $channel }” is connected.
    .complete = I have all the rights I need.
    .lacking = I lack some rights. They can be granted in the administrator settings:
    .lacks-post = • “Post Messages”: without it I publish nothing.
    .lacks-edit = • “Edit Messages of Others”: without it the live ticker cannot be pinned.
    .lacks-delete = • “Delete Messages of Others”: without it I cannot clean up confirmation codes and others' copies of recalled news.
    .lacks-delete-group = • “Delete Messages”: without it I cannot clean up confirmation codes.
    .lacks-pin = • “Pin Messages”: without it the live ticker cannot be pinned.
    .lacking-short = ⚠️ Rights that I lack: { $rights }.
    .right-post = post
    .right-edit = edit messages of others
    .right-delete = delete messages of others
    .right-pin = pin
    .rights-gone = In “{ $channel }” I have fewer rights now:
    .group-needs-administrator = Hello. The news for this group is set up by one of its administrators: please open me and send /channels.
    .add-group = Add to a group
    .share = Choose one of mine
    .by-code = Not in the list
    .code =
        If an anonymous administrator or somebody else added me, confirm the channel with a code.

        1. Add me to the channel or group as an administrator.
        2. Post this message there, all of it:

        <code>{ $code }</code>

        I will see the code, delete it and send you the menu. The code is good for { $minutes } minutes and only once.
    .new-code = Another code
    .code-of-stranger = Your code appeared in “{ $channel }”, but you are no administrator with the right to post there, so I connected nothing. The code is used up.
    .code-stays = I cannot delete the code in “{ $channel }”, I lack the right. Please delete it yourself: it is used up.
    .missed =
        { $count ->
            [one] While “{ $channel }” was paused, { $count } article came out. Publish it?
           *[other] While “{ $channel }” was paused, { $count } articles came out. How many of the latest should I publish?
        }
    .catch-up =
        { $count ->
            [0] None, only what is new
            [1] The latest
           *[other] The latest { $count }
        }
    .catch-up-all =
        { $count ->
            [1] Publish it
           *[other] All { $count }
        }

## Who changed what in a channel

history =
    .title = Who changed what:
    .none = Here you will see who changed what in the channel. Nobody has changed anything yet.
    .line = { $time } { $name }: { $change }
    .older = Earlier ›
    .newer = ‹ Later
    .rubrics =
        { $value ->
            [0] rubrics: none
           *[other] rubrics: { $value } chosen
        }
    .articles =
        { $value ->
            [on] articles: each as its own post
           *[off] articles: not published
        }
    .ticker =
        { $value ->
            [off] ticker: off
            [live] ticker: live
            [times] ticker: at set times, <code>{ $cron }</code>
           *[every]
                { $minutes ->
                    [one] ticker: every { $minutes } minute
                   *[other] ticker: every { $minutes } minutes
                }
        }
    .language =
        { $value ->
            [ru] language: Russian
            [az] language: Azerbaijani
           *[en] language: English
        }
    .words =
        { $value ->
            [0] words: none
           *[other] words: { $value } set
        }
    .quiet =
        { $value ->
            [off] quiet hours: none
           *[other] quiet hours: { $value }
        }
    .quiet-mode =
        { $value ->
            [hold] in quiet hours posts wait
           *[silent] in quiet hours posts make no sound
        }
    .editions =
        { $value ->
            [none] articles in the channel's language only
           *[other] articles also in: { $value }
        }
    .hourly =
        { $value ->
            [off] posts an hour: any number
           *[other] posts an hour: at most { $value }
        }
    .gap =
        { $value ->
            [off] between posts: any time
           *[other] between posts: at least { $value } min
        }
    .overflow =
        { $value ->
            [batch] what there is no place for: in one message
            [ticker] what there is no place for: into the ticker
           *[wait] what there is no place for: waits
        }
    .pause =
        { $value ->
            [on] paused
           *[off] publishing again
        }
    .layout =
        { $value ->
            [headline] posts: a linked line
            [full] posts: the whole text
            [own] posts: by a template of your own
           *[card] posts: a card
        }
    .template = posts: a new template
    .preview =
        { $value ->
            [small] preview: small
            [none] preview: none
           *[large] preview: large
        }
    .preview-place =
        { $value ->
            [above] preview: above the text
            [below] preview: below the text
           *[auto] preview: in its usual place
        }
    .albums =
        { $value ->
            [off] galleries: the first picture only
           *[on] galleries: as an album
        }
    .buttons =
        { $value ->
            [0] buttons under posts: none
            [one] { $value } button under posts
           *[other] { $value } buttons under posts
        }
    .signature =
        { $value ->
            [0] signature removed
           *[other] signature: { $value }
        }
    .hashtags =
        { $value ->
            [on] rubrics as hashtags
           *[off] rubrics without hashtags
        }
    .silent =
        { $value ->
            [on] posts without sound
           *[off] posts with sound
        }
    .approval =
        { $value ->
            [on] posts wait for an administrator's tap
           *[off] posts come out by themselves
        }
    .rich =
        { $value ->
            [on] whole texts as rich messages
           *[off] whole texts as ordinary messages
        }
    .topics =
        { $value ->
            [0] topics: changed
            [one] topics: { $value } rubric has its own
           *[other] topics: { $value } rubrics have their own
        }
    .copy = settings as in “{ $value }”
    .connection =
        { $value ->
            [on] channel connected
           *[off] channel disconnected
        }

## A channel's settings copied to others

copying =
    .choose = Where should I copy everything that is set here?
    .none = There is nowhere to copy to: this is your only channel.
    .every = To all the others: { $count }
    .named = “{ $channel }”
    .question = Copy the settings to { $channels }? What is set there will be replaced.
    .copy = Copy
    .cancel = Cancel
    .copied = Copied: { $channels }.
    .without-topics = Topics are not copied: each group has its own.

## Choosing a channel or group in Telegram's own keyboard

sharing =
    .choose = Choose a channel or group below. Telegram shows those in which you may appoint administrators, and gives me the rights I need at once.
    .channel = 📢 Choose a channel
    .group = 👥 Choose a group
    .cancel = Not now
    .looking = Checking that everything is ready in “{ $channel }”.
    .absent = I am not in “{ $channel }”: add me as an administrator and I will send you the menu.

## The words by which a channel chooses articles

words =
    .none = No words are set: the channel gets every article of its rubrics.
    .remove = Tap a word to remove it.
    .list-include = Only articles with: { $words }
    .list-leave-out = No articles with: { $words }
    .counts = Words: { $included } to include, { $left } to leave out
    .add-include = Add words to include
    .add-leave-out = Add words to leave out
    .ask-include =
        Write words or phrases, separated by commas: only articles with at least one of them will go to the channel.

        I look for whole words; an asterisk stands for any ending: <code>karabakh*</code>. A channel may have up to { $most } words.
    .ask-leave-out =
        Write words or phrases, separated by commas: articles with any of them will not go to the channel.

        I look for whole words; an asterisk stands for any ending: <code>karabakh*</code>. A channel may have up to { $most } words.

## The quiet hours of a channel

quiet =
    .none = No quiet hours: posts come at any time and with sound.
    .state-hold = Quiet hours { $hours }: posts wait until they end
    .state-silent = Quiet hours { $hours }: posts come without sound
    .off = No quiet hours
    .hold = Posts wait
    .silent = Posts without sound
    .start = From { $hour }
    .end = Until { $hour }
    .which-start = When do the quiet hours begin?
    .which-end = When do they end?

## The pace of a channel

pace =
    .none = Posts come at once, however many there are.
    .about = Urgent pushes and corrections come at once.
    .about-wait = The rest waits for its turn, in order.
    .about-batch = The rest is gathered in one message of links, which comes as soon as there is a place. An article that waits alone comes as an ordinary post.
    .about-ticker = The rest goes into the ticker at once, as lines; what is a post is not repeated there. If the ticker is switched off, the rest waits for its turn again.
    .state =
        { $hourly ->
            [0] Pace: at most one in { $gap } min
           *[other] { $gap ->
                [0] Pace: at most { $hourly } an hour
               *[other] Pace: at most { $hourly } an hour, one in { $gap } min
            }
        }
    .any-number = No limit
    .hourly = { $count } an hour
    .any-gap = No gap
    .gap = { $minutes } min
    .overflow-wait = The rest waits
    .overflow-batch = The rest in one message
    .overflow-ticker = The rest into the ticker
    .rest-batch = the rest in one message
    .rest-ticker = the rest into the ticker

## Posts that wait for an administrator's tap

approval =
    .by-itself = Posts come out by themselves, nobody is asked.
    .line =
        { $count ->
            [0] Posts wait for an administrator's tap
           *[other] Posts wait for an administrator's tap, now: { $count }
        }
    .nobody = ⚠️ There is nobody to ask about posts: those whom I asked have blocked me or left. Open “Approval” and press “Ask me”.
    .asked = I ask: { $names }
    .about =
        I show each article in private, just as it will look in the channel: publish it or not, whoever taps first decides. If nobody does within { $hours } hours, it does not come out. While one waits, the others queue up behind it in the same message.

        The ticker, the newsroom's pushes, corrections and recalls do not wait.
    .off = By themselves
    .on = After a tap
    .ask-me = Ask me
    .show = Decide now: { $count }
    .off-question =
        { $count ->
            [one] { $count } post waits. What shall become of it?
           *[other] { $count } posts wait. What shall become of them?
        } From now on posts will come out by themselves.
    .publish-waiting =
        { $count ->
            [1] Publish it
           *[other] Publish all { $count }
        }
    .leave-waiting =
        { $count ->
            [1] Leave it out
           *[other] Leave all { $count } out
        }
    .back = ‹ Back
    .question = ❓ { $channel }: publish this?
    .since = It has waited since { $since } and can be decided until { $until }.
    .others =
        { $count ->
            [one] { $count } more waits
           *[other] { $count } more wait
        }
    .publish = Publish
    .leave-out = Leave out
    .all = All { $count } at once
    .all-question =
        { $count ->
            [one] <b>{ $channel }</b>: { $count } post waits. What shall become of it?
           *[other] <b>{ $channel }</b>: { $count } posts wait. What shall become of them?
        }
    .nothing-waits = Nothing waits for a decision any more.
    .not-asked = I no longer ask you about this channel.
    .ended-published = ✅ Approved: { $article }. { $name }, { $at }
    .ended-left-out = ✖️ Left out: { $article }. { $name }, { $at }
    .ended-expired = ✖️ Left out: { $article }. Nobody decided within { $hours } hours
    .ended-recalled = ✖️ Left out: { $article }. The newsroom recalled it
    .ended-paused = ⏸ Left out: { $article }. The channel is paused
    .ended-lost = ✖️ Left out: { $article }. I may no longer post in the channel
    .ended-pushed = ✅ Published: { $article }. An editor sent it
    .ended-over = { $article }: no decision is needed any more
    .taken-publish = Approved
    .taken-leave-out = Left out
    .taken-late = This has been decided already
    .taken-changed = The article was corrected, look at its new text

## The topics of a group

topics =
    .line =
        { $count ->
            [0] Topics: no rubric has its own
            [one] Topics: { $count } rubric has its own
           *[other] Topics: { $count } rubrics have their own
        }
    .shut =
        { $count ->
            [one] 🔒 { $count } topic takes no posts: until it does, they go where all others go.
           *[other] 🔒 { $count } topics take no posts: until they do, they go where all others go.
        }
    .about = Tap what you want to send elsewhere. An article of several rubrics goes once, to the topic of the first of them that has one. A topic is missing here? Write <code>{ $command }</code> in it and press “Refresh”.
    .others = All others
    .ticker = Ticker
    .general = General
    .as-others = Where all others go
    .which = Which topic do articles of “{ $rubric }” go to?
    .which-others = Which topic does everything go to that has none of its own?
    .which-ticker = Which topic does the ticker go to?
    .create =
        { $count ->
            [one] ➕ Create a topic for { $count } rubric
           *[other] ➕ Create topics for { $count } rubrics
        }
    .refresh = 🔄 Refresh
    .back = ‹ Topics
    .no-right = ⚠️ To create topics I need the right “Manage Topics”. Grant it in the group's administrator settings and press again.
    .not-created = ⚠️ Telegram did not create all of the topics now. Those that are there count; press again in a minute.
    .told-closed = “{ $channel }”: the topic “{ $topic }” is closed, and its posts go where all others go. Open it, or give me the right “Manage Topics”, and they return by themselves.
    .told-gone = “{ $channel }”: the topic “{ $topic }” is deleted, and its posts go where all others go. You can choose another in /channels → Topics.
    .told-general = “{ $channel }”: the topic General is closed, and posts that belong there do not appear. Open it, give me the right “Manage Topics”, or choose another topic for “All others” in /channels → Topics.

## When a channel's menu needs something in writing

dialogue =
    .cancel = Cancel
    .cancelled = Cancelled; everything stays as it was.
    .nothing = There is nothing to cancel: I have not asked you anything.
    .late = The question is closed: I wait a quarter of an hour for an answer. Please open the section again.

## The section "Posts" of a channel's menu

posts =
    .line =
        { $layout ->
            [headline] Posts: a linked line
            [full] Posts: the whole text
            [own] Posts: by your template
           *[card] Posts: a card
        }
    .line-silent = Posts come without sound
    .line-rich = Whole texts as rich messages: not every client shows them
    .preview =
        { $size ->
            [none] Preview: none
           *[other] Preview: { $size ->
                [small] small
               *[large] large
            }{ $place ->
                [above] , above the text
                [below] , below the text
               *[auto] {""}
            }
        }
    .rich = Rich messages
    .rich-on = Switch on
    .rich-off = ‹ Leave as it is
    .rich-warning =
        <b>Rich messages</b> show the whole text in one post, several times as long as an ordinary one, with the picture, lists, quotes and tables.

        ⚠️ Not every Telegram client knows them yet: Telegram Web, Telegram for macOS and other clients may show your readers an empty post instead, and I cannot see who is affected. Try an example on your own devices first.

        Where Telegram does not take such a message, an ordinary one goes out.
    .about = Next to this is the latest article as it would come out now. Tap the buttons and watch it change.
    .about-albums = An article with several pictures comes as an album. Telegram shows no buttons under an album, so they become links in the caption.
    .no-article = The channel's latest article will stand here. There is none yet.
    .layout-headline = Line
    .layout-card = Card
    .layout-full = Whole text
    .layout-own = My template
    .template = Change the template
    .size-large = Large
    .size-small = Small
    .size-none = No preview
    .place-auto = Auto
    .place-above = Above
    .place-below = Below
    .albums = Gallery as an album
    .read = “Read”
    .share = “Share”
    .subscribe = “Subscribe”
    .button = My button
    .hashtags = Hashtags
    .signature = Signature
    .silent = No sound
    .test = Send an example
    .remove = Remove
    .ask-template =
        Send the template as one message of up to { $most } characters. For example:

        <pre>&lt;b&gt;{"{"}title{"}"}&lt;/b&gt;

        {"{"}lead{"}"}
        {"{"}?author{"}"}By {"{"}author{"}"}
        {"{"}/author{"}"}&lt;a href="{"{"}link{"}"}"&gt;Read&lt;/a&gt; {"{"}hashtags{"}"}</pre>

        Fields: <code>{"{"}title{"}"}</code> the headline, <code>{"{"}lead{"}"}</code> the lead, <code>{"{"}body{"}"}</code> the whole text, <code>{"{"}link{"}"}</code> the address, <code>{"{"}rubrics{"}"}</code> the rubrics, <code>{"{"}hashtags{"}"}</code> the rubrics as hashtags, <code>{"{"}source{"}"}</code> the source, <code>{"{"}author{"}"}</code> the author, <code>{"{"}time{"}"}</code> the time.

        What stands between <code>{"{"}?author{"}"}</code> and <code>{"{"}/author{"}"}</code> is shown only if the author is known. This works with every field.

        Tags: b, i, u, s, a, code, pre, blockquote, tg-spoiler.
    .template-now = The template now:
    .ask-signature = Send the signature, up to { $most } characters: it will stand at the end of every post. To make it a link, end it with the address: <code>Follow us https://t.me/example</code>
    .ask-button = Send the text of the button, up to { $most } characters, and the address: <code>Our site https://example.org</code>

## What is wrong with a template

template =
    .unknown = Line { $line }, character { $column }: there is no field <code>{ $what }</code>. There are title, lead, body, link, rubrics, hashtags, source, author and time. Correct it and send the template again.
    .brace = Line { $line }, character { $column }: the brace “{"{"}” is not closed. Braces stand around fields only. Correct it and send the template again.
    .sign = Line { $line }, character { $column }: the sign “&lt;” begins no tag. If the text needs it, write <code>&amp;lt;</code>. Correct it and send the template again.
    .tag = Line { $line }, character { $column }: Telegram posts have no tag <code>{ $what }</code>. There are b, i, u, s, a, code, pre, blockquote and tg-spoiler. Correct it and send the template again.
    .attribute = Line { $line }, character { $column }: the tag <code>{ $what }</code> is not written right. A link is <code>&lt;a href="https://example.org"&gt;</code>, other tags hold nothing but their name. Correct it and send the template again.
    .address = Line { $line }, character { $column }: <code>{ $what }</code> is no address. Use <code>{"{"}link{"}"}</code> or one that begins with https://. Correct it and send the template again.
    .nested = Line { $line }, character { $column }: <code>{ $what }</code> cannot open here, another open tag forbids it. There are no tags within code and pre, no link within a link, no quote within a quote. Correct it and send the template again.
    .unclosed = Line { $line }, character { $column }: <code>{ $what }</code> is opened and never closed. Correct it and send the template again.
    .unexpected = Line { $line }, character { $column }: <code>{ $what }</code> does not close what was opened last. Correct it and send the template again.
    .too-long = The template is longer than 2000 characters: the rest begins in line { $line }, character { $column }. Shorten it and send it again.
    .too-many = Line { $line }, character { $column }: from here on there are more than 60 tags and fields, too many for a post. Shorten the template and send it again.
    .says-nothing = The template lacks the article itself: it needs at least one of the fields title, lead and body. Add one and send the template again.

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
    .you-are-appointed = You have been appointed editor. /push with a link sends the article to readers now. /sources shows the sources; if something happens to them, I will write to you.
    .you-are-dismissed = You are no longer an editor. The news and your rubrics stay with you.

## /sources

sources =
    .list = <b>Sources</b>
    .nobody = There are no sources yet.
    .how = To add a source, send its address: <code>/sources https://example.org/rss</code>. It may be a feed, a sitemap or a page that lists articles.
    .state-ok = working
    .state-new = not read yet
    .state-failing = failing
    .state-silent = silent
    .state-held = waiting for a decision
    .state-paused = paused
    .is-ok = working
    .is-new = not read yet
    .is-failing = cannot be read
    .is-silent = silent for longer than usual
    .is-held = waiting for a decision
    .is-paused = paused: it brings no new articles
    .kind = Kind: { $kind }. Language: { $language }.
    .kind-auto = found out by itself
    .kind-feed = feed
    .kind-sitemap = sitemap
    .kind-page = list page
    .kind-api = sent by the newsroom's own system
    .read-from = Read from: <code>{ $address }</code>
    .never-read = It has never been read yet.
    .last-success = Read: { $at }
    .last-new = Last new article: { $at }
    .a-day = Articles a day: { $count }
    .next-poll = Next poll: { $at }
    .failing = It cannot be read since { $since }. { $trouble }
    .on-fallback = Its main address cannot be read since { $since }. { $trouble } The fallback is read meanwhile.
    .held =
        { $count ->
            [one] { $count } article waits for your decision and has been sent to nobody so far.
           *[other] { $count } articles wait for your decision and have been sent to nobody so far.
        }
    .poll = Poll now
    .polling = Polling.
    .test = Test
    .pause = Pause
    .resume = Resume
    .remove = Remove
    .keep = Keep
    .removal = Remove the source “{ $source }”? It will bring no more articles; those that it brought stay.
    .removed = The source “{ $source }” is removed.
    .refresh = Refresh
    .back = ‹ Sources
    .back-to-one = ‹ Back
    .found =
        What is there: a { $kind } with { $count ->
            [one] { $count } entry
           *[other] { $count } entries
        }.
    .matched = Rubrics: { $rubrics }
    .unmatched = Unknown words: { $words }
    .missing = Missing: { $what }.
    .lacks-dates = dates (the time we see an article is taken)
    .lacks-links = links
    .lacks-leads = leads
    .lacks-bodies = texts
    .lacks-pictures = pictures
    .lacks-rubrics = rubrics
    .unreadable = It could not be read. { $trouble }
    .nothing-there = The address can be read, but there are no articles. Send the address of a feed or of a page that lists articles.
    .question = Add it? Choose the language of its articles. What is there now will be taken as read.
    .add = Add
    .do-not-add = Do not add
    .added = The source is added. Only new articles will go to readers.
    .known = We have this source already.

## Why a source cannot be read

trouble =
    .not-found = There is nothing at this address (404).
    .gone = The site says that this address is gone for good (410). A new address is needed.
    .refused = The site does not let the bot read this address. Ask those who run it to admit the bot.
    .too-often = The site finds that we ask too often.
    .overloaded = The site is overloaded or shuts programs out (503).
    .server-error = The site has an error of its own.
    .timeout = The site did not answer in time.
    .unknown-host = There is no server of this name, or the DNS does not answer.
    .certificate = The site's certificate is not valid.
    .private = This is a private address, and the bot does not contact those.
    .unreachable = There is no connection to the site.
    .redirects = The address redirects without end.
    .address = This is not an address of a site: it begins with https://.
    .too-big = The document is too large.
    .broken = The site's answer is damaged, no articles can be read from it.
    .empty = The site answers with an empty document.
    .not-a-feed = There is neither a feed nor a sitemap nor a list of articles.
    .unexpected = The reason stands in the bot's log.

## What editors are told without asking

alerts =
    .failing =
        🔴 <b>{ $source }</b> cannot be read since { $since }.

        { $trouble } Readers get no new articles from this source. The bot keeps trying by itself.
    .failing-many =
        { $count ->
            [one] 🔴 { $count } source cannot be read.
           *[other] 🔴 { $count } sources cannot be read.
        } Readers get no new articles from there. The bot keeps trying by itself; details: /sources
    .recovered = 🟢 <b>{ $source }</b> can be read again.
    .recovered-many =
        { $count ->
            [one] 🟢 { $count } source can be read again.
           *[other] 🟢 { $count } sources can be read again.
        }
    .fallback =
        🟡 <b>{ $source }</b>: the main address cannot be read since { $since }.

        { $trouble } The fallback is read meanwhile, and readers notice nothing. Check the main address.
    .fallback-many =
        { $count ->
            [one] 🟡 The main address of { $count } source cannot be read.
           *[other] 🟡 The main addresses of { $count } sources cannot be read.
        } The fallbacks are read meanwhile, and readers notice nothing.
    .fallback-over = 🟢 <b>{ $source }</b>: the main address can be read again.
    .fallback-over-many =
        { $count ->
            [one] 🟢 The main address of { $count } source can be read again.
           *[other] 🟢 The main addresses of { $count } sources can be read again.
        }
    .silent =
        🟡 <b>{ $source }</b> has been silent since { $since }.

        The source answers, but it has had no new articles for longer than usual. Check whether the site is publishing.
    .silent-many =
        { $count ->
            [one] 🟡 { $count } source is silent.
           *[other] 🟡 { $count } sources are silent.
        } They answer, but have had no new articles for longer than usual. Check whether the sites are publishing.
    .speaking = 🟢 <b>{ $source }</b> publishes articles again.
    .speaking-many =
        { $count ->
            [one] 🟢 { $count } source publishes articles again.
           *[other] 🟢 { $count } sources publish articles again.
        }
    .reshaped-body =
        🟡 <b>{ $source }</b>: the last articles came without their text, which they used to have.

        Readers see the headline and the lead only. The site has probably changed: open the source and press “Test”.
    .reshaped-rubric =
        🟡 <b>{ $source }</b>: the last articles came without rubrics, which they used to have.

        Subscribers of the rubrics may not get these articles. The site has probably changed: open the source and press “Test”.
    .reshaped-many = 🟡 Articles have begun to come incomplete. The sites have probably changed.
    .shape-restored-body = 🟢 <b>{ $source }</b>: articles come with their text again.
    .shape-restored-rubric = 🟢 <b>{ $source }</b>: articles come with rubrics again.
    .shape-restored-many = 🟢 Articles come complete again.
    .aspect-body = text
    .aspect-rubric = rubrics
    .held =
        { $count ->
            [one] ✋ <b>{ $source }</b> brought { $count } article at once.
           *[other] ✋ <b>{ $source }</b> brought { $count } articles at once.
        }
        Published: { $earliest } – { $latest }.

        So far they have been sent to nobody. What should readers get?
    .held-many =
        { $count ->
            [one] ✋ { $count } source brought many articles at once. So far they have been sent to nobody.
           *[other] ✋ { $count } sources brought many articles at once. So far they have been sent to nobody.
        }
    .held-count =
        { $count ->
            [one] { $count } article
           *[other] { $count } articles
        }
    .held-no-more = <b>{ $source }</b>: there is nothing left to decide.
    .release-none = Nothing
    .release-latest = Only the newest
    .release-all = Everything
    .released-none = <b>{ $source }</b>: nothing of the backlog was sent to readers. Decided by { $editor }.
    .released-latest = <b>{ $source }</b>: only the newest article of the backlog was sent. Decided by { $editor }.
    .released-all = <b>{ $source }</b>: the whole backlog was sent to readers. Decided by { $editor }.
    .unknown-rubric =
        ❓ Which rubric does “{ $word }” belong to?

        This article is marked with it: { $article }. Until you answer, the word leads to no rubric.
    .unknown-rubric-many =
        { $count ->
            [one] ❓ There is { $count } new word on the sites that is no rubric yet:
           *[other] ❓ There are { $count } new words on the sites that are no rubrics yet:
        }
    .word-none = None of them
    .word-learned = “{ $word }” now leads to the rubric “{ $rubric }”. Decided by { $editor }.
    .word-ignored = “{ $word }” leads to no rubric. Decided by { $editor }.
    .gone = ⚠️ An article is no longer on its site: { $article }
    .gone-many =
        { $count ->
            [one] ⚠️ { $count } article is no longer on its site.
           *[other] ⚠️ { $count } articles are no longer on their sites.
        }
    .retracted = ⚠️ The page of an article now carries a retraction: { $article }
    .retracted-many =
        { $count ->
            [one] ⚠️ The page of { $count } article now carries a retraction.
           *[other] ⚠️ The pages of { $count } articles now carry retractions.
        }
    .posts =
        { $count ->
            [0] It has no posts in Telegram.
            [one] { $count } post of it stands in Telegram. The bot deletes nothing by itself.
           *[other] { $count } posts of it stand in Telegram. The bot deletes nothing by itself.
        }
    .uncertain =
        ❓ Nobody knows whether a message reached the channel “{ $channel }”: { $message }

        Telegram did not answer, { $since }. Please look into the channel: is it there?
    .uncertain-many =
        { $count ->
            [one] ❓ Nobody knows whether { $count } message reached its channel.
           *[other] ❓ Nobody knows whether { $count } messages reached their channels.
        }
    .uncertain-there = The message is in the channel “{ $channel }”: { $message }. Decided by { $editor }.
    .uncertain-again = The message goes to the channel “{ $channel }” again: { $message }. Decided by { $editor }.
    .sighting-there = It is there
    .sighting-again = Send again
    .a-ticker = ticker
    .open = Open the page
    .leave = Leave it
    .left = Decided: leave it. { $editor }
    .choose = Press to answer:
    .to-source = Open the source

## What went wrong

error =
    .unexpected = Something went wrong, and we know about it. Please try again a little later.
    .unknown-rubric = This rubric no longer exists.
    .unknown-channel = This channel is no longer connected.
    .not-channel-administrator = Only the channel's administrators with the right to post may set it up.
    .signature-too-long = A signature is made of words, up to { $most } characters. Send it again.
    .no-button = A button needs a text, up to { $most } characters, and an address that begins with https://. For example: <code>Our site https://example.org</code>
    .not-words = A text is needed here. Write it as an ordinary message, or cancel: /cancel
    .nothing-to-deliver = Nothing would be left to publish. If the channel is to be silent, press “Pause”.
    .same-hours = Quiet hours cannot begin and end at the same hour: { $hour }. If the channel is to be silent always, press “Pause”.
    .only-approver = There is nobody but you to ask about posts. Let another administrator press “Ask me”, or choose “By themselves”.
    .no-search-word = “{ $word }” has neither letters nor figures, so there is nothing to look for. Write words, separated by commas.
    .too-long-word = “{ $word }…” is longer than { $most } characters. Please make it shorter.
    .too-many-words = That would be { $count } words, and a channel may have up to { $most }. Remove some or write fewer.
    .article-not-found = We have no such article. The link must lead to an article of one of our sources.
    .unreadable-link = The page could not be read. Check the link or try again a little later.
    .push-already-decided = This push has been decided already.
    .stale-button = This button is outdated.
    .unknown-person = I do not know this person. Let them press /start first, then appoint them.
    .unknown-source = There is no such source any more.
    .not-an-address = This does not look like an address. An example: /sources https://example.org/rss
    .no-link = This does not look like a link to an article. Example: /why https://example.org/story
    .already-decided = This has been decided already, by { $editor }.

## /why: what became of an article, and why

why =
    .usage =
        Send the link to the article together with the command, for example: <code>/why https://example.org/story</code>

        A channel may follow the link: <code>@channel</code> or its title.
    .unseen = I have not seen this article yet.
    .let-go = We had this article, but so long ago that it is no longer kept.
    .taken-as-read = This address was already in its source when that was first read. Everything that was there then counts as read and was sent to nobody.
    .no-source = We have no source on this site. To add one: /sources and the address of a feed.
    .would-have = The source { $source } would bring it.
    .not-there = Last read: { $at }. There was no such article.
    .push-it = To send it without waiting for the source: /push and the link.
    .choose = Why did a channel get it, or not? Choose the channel:
    .no-channel = I found no such channel, or more than one. Choose it by its button.
    .refresh = Refresh
    .back = ‹ The article
    .open = Open the post
    .channel = Channel “{ $channel }”
    .seen = Received: { $at }, published: { $published }
    .seen-by = Received: { $at }, source: { $source }, published: { $published }
    .seen-by-api = Received: { $at } from the newsroom's own system, published: { $published }
    .others = Also in these sources: { $sources }
    .addresses = Its other addresses: { $addresses }
    .accepted-new = Accepted as new
    .accepted-first-import = It was already in its source when that was first read: it counts as read and was sent to nobody by itself
    .accepted-passed-over = It was held back with others, and the newsroom decided not to send it
    .accepted-read = It counts as read and was sent to nobody by itself
    .accepted-held = Held back: its source brought many articles at once, and an editor decides what becomes of them
    .accepted-headline = So far it is only a line of a latest-news block, without the article itself. Such lines go to tickers
    .accepted-link = No source has brought it, it is known only from an editor's link. Only a push can send it
    .decided = Decided by { $editor }
    .revisions = Corrections: { $count }, the last one: { $at }
    .rubrics = Rubrics: { $rubrics }
    .no-rubrics = The article has none of our rubrics
    .words = Because of: { $words }
    .unknown = Unknown words: { $words }
    .rubrics-changed = Words have been given another meaning since: today its rubrics would differ
    .place-category = “{ $word }”
    .place-section = section “{ $word }” of its address
    .place-source = all articles of this source
    .pushed = Pushed by an editor: { $at }
    .planned = Deliveries planned: { $at }
    .to-subscriber = Subscribers: { $states }
    .to-channel = Channels: { $states }
    .sent-at = Sent: { $at }, after { $after }
    .sent-from = The first: { $first }, after { $soon }. The last: { $last }, after { $late }
    .put-off = Waiting, not before { $at }
    .lines = Ticker lines: { $taken } came out, { $standing } of them stand in channels, { $waiting } wait for the next ticker
    .edits = Posts edited: { $states }
    .deletions = Posts deleted: { $states }
    .state-queued = { $count } queued
    .state-sending = { $count } being sent
    .state-sent = { $count } delivered
    .state-joined = { $count } became lines
    .state-failed = { $count } not delivered
    .state-dropped = { $count } taken back
    .state-uncertain = { $count } unclear
    .not-planned = Deliveries are not planned yet, that takes seconds
    .nobody = No recipients: nobody subscribes to these rubrics in the article's language
    .nobody-then = There were no recipients then. Today there would be: { $count }
    .nobody-without-rubric = No recipients: only a push can send an article without a rubric
    .recalled = Recalled: its posts are deleted, the rest is taken back
    .page-gone = Its page is no longer on the site, noticed: { $at }
    .verdict-stands = The article stands in the channel.
    .verdict-leaving = The article was recalled, but its post still stands in the channel.
    .verdict-on-its-way = The article is on its way to this channel.
    .verdict-awaits = The article waits for a tap of the channel's administrator.
    .verdict-taken-back = The article was in the channel. It was recalled, and its post is gone.
    .verdict-delivered = The article was delivered, but I do not know where its post is now.
    .verdict-uncertain = It is unclear whether it arrived: Telegram did not answer. Look into the channel.
    .verdict-stopped = It did not reach the channel. The reason stands below.
    .verdict-recalled = The channel did not get it: the article was recalled before.
    .verdict-before = It never came as far as the channels. The reason stands below.
    .verdict-unfit = The channel did not get it. The reason stands below.
    .verdict-late = The channel did not get it. With today's settings it would, but they were different then.
    .connected-later = The channel was connected after it: { $at }.
    .today = The channel's settings today:
    .is-active = Working
    .is-paused = Paused
    .is-barred = I lack the right to post there
    .is-gone = Disconnected: I may no longer post there
    .languages = The channel's language: { $channel }, the article's: { $article }
    .carried = It gets these rubrics of the article: { $rubrics }
    .not-carried = It does not subscribe to the article's rubrics: { $rubrics }
    .include-found = It has words that the channel asks for: { $words }
    .include-none = It has none of the words that the channel asks for
    .leave-out-found = It has words that the channel leaves out: { $words }
    .leave-out-none = It has none of the words that the channel leaves out
    .pushed-here = An editor chose this channel for a push: { $at }
    .needs-approval = Posts wait for an administrator's tap
    .topic = Posts go to the topic “{ $topic }”
    .awaits = It waits for an administrator's tap since { $since }, until { $until }
    .awaits-nobody = There is nobody to ask: the administrators I know have blocked me or left
    .approved = Approved by { $name }: { $at }
    .left-out = Left out by { $name }: { $at }
    .action-post = Post
    .action-edit = Edit
    .action-delete = Deletion
    .action-pin = Pin
    .action-unpin = Unpinning
    .record = { $action }: { $state }, { $at }
    .was-queued = queued
    .was-sending = being sent
    .was-sent = delivered
    .was-joined = became a line
    .was-failed = not delivered
    .was-dropped = taken back
    .was-uncertain = unclear whether it arrived
    .attempts = Attempts: { $count }
    .line = A line in the ticker
    .line-waits = A line waits for the ticker: { $at }
    .line-in = A line in the ticker's message of { $at }
    .line-batch = A line in the batch of { $at }
    .line-batch-waits = A line in a batch that is on its way
    .seconds = { $count } s
    .minutes = { $count } min
    .hours = { $count } h
    .days = { $count } d

## Why a delivery did not arrive or still waits; it goes on from "not delivered — …"

reason =
    .said = Telegram said: { $words }
    .recalled = the article was recalled
    .gone = this chat cannot be written to: the bot was blocked or removed there
    .barred = the bot had no right to post in this chat
    .paused = news is stopped in this chat
    .ticker-off = the ticker was switched off in this channel
    .let-go = the article is no longer kept
    .nothing-left = there is nothing left to show
    .stands-already = it already stands in the chat
    .shown-already = the post already shows the newest version
    .no-post = there is no post in the chat to change
    .left-out = an administrator of the channel left it out
    .not-decided = none of the channel's administrators decided in time
    .topics-shut = the topic it was for is closed, and so is General
    .chat-pace = Telegram takes only a few messages in a row for one chat
    .told-to-wait = Telegram asked the bot to wait
    .uploading = its picture is still being uploaded
    .unfinished = the other messages of the post follow
    .unreachable = there is no connection to Telegram
    .moved = the chat has a new address, and the post goes there
    .topic-shut = its topic takes no posts, so it goes to another
    .not-rich = Telegram did not take it as a rich message, so an ordinary one goes out
    .quiet-hours = the channel has quiet hours
    .in-batch = the channel's pace had no place for it, so it is in one message with others
    .in-ticker = it is in the channel's ticker
    .channel-pace = it waits for its turn: the channel has a pace
    .awaits-approval = it waits for a tap of the channel's administrator
    .token-refused = Telegram does not accept the bot's token
    .no-answer = Telegram did not say whether it took the message
    .interrupted = the bot stopped in the middle of sending
    .seen-by-editor = an editor saw it in the chat
    .nameless = one message of the post is still in the chat: the bot does not know its number
    .no-form = Telegram took it in no form
    .our-fault = a fault of the bot, the details stand in its log

## Why do I get these articles

received =
    .heading = <b>What I sent you lately, and why</b>
    .nothing = I have sent you nothing yet, or it was long ago.
    .because = you chose: { $rubrics }
    .left = its rubrics, which you no longer have: { $rubrics }
    .unknown = its rubrics have changed since
    .how = Change your rubrics: /rubrics. Stop everything: /stop
