# Rubrikanın Azərbaycan dilində mətnləri. «command.element» açarı «command» mesajının «.element» atributudur.
# Telegram HTML-i: b, i, u, s, a, code, pre, blockquote. Mətndə & < > işarələri &amp; &lt; &gt; kimi yazılır.

## Məqalə haqqında post

article =
    .read = Ardını oxu

## Tiker: kanalın gün ərzindəki qısa xəbərləri

ticker =
    .header = <b>Qısa xəbərlər · { $day }</b>
