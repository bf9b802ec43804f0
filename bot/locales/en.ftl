# The texts of Rubrika in English. The key "command.element" is the message "command" with the attribute ".element".
# Markup is Telegram HTML: b, i, u, s, a, code, pre, blockquote. In a text & < > are written &amp; &lt; &gt;.

## A post about an article

article =
    .read = Read the full story

## The ticker: a channel's short news of the day

ticker =
    .header = <b>In brief · { $day }</b>
