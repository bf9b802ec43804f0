"""Headline and text of a page → whether a note of the agency stands there in place of the article, which it took back.

What is said of a product or an ambassador ("Посол отозван") is news; so the note has to be about a piece of news, to begin
the headline or the text, and to say nothing else before it ends.
"""

import re
import unicodedata

# Characters of a text that are looked at.
_LOOK_AT = 400

# Words stand here as _fold leaves them: small, ё as е, the Azerbaijani letters as the Latin ones they come from.
_PIECE_RU = (
    r"(?:(?:данн|эт)\w+ )?(?:материал|новость|сообщение|публикаци[яю]|стать[яю]|заметк[ау]|молни[яю]|информаци[яю])"
)
_TAKEN_BACK_RU = (
    r"(?:отозван|удален|аннулирован|снят|аннулируется|отзывается)(?:[аоы])?(?: с (?:публикации|сайта|ленты)| из ленты)?"
)
_PIECE_AZ = r"(?:(?:bu|hemin) )?(?:xeber|material|meqale|yazi|melumat)(?:i|in|e)?"
_TAKEN_BACK_AZ = (
    r"(?:legv (?:olunub|edilib|olunur|edilir)|geri (?:cagirilib|goturulub|cagirilir)|silinib|yayimdan (?:cixarilib|goturulub)"
    r"|saytdan (?:silinib|cixarilib|goturulub))"
)
# "The report", "an alert" or "a post" may be somebody else's.
_PIECE_EN = r"(?:(?:this|our) (?:story|article|report|item|news item|alert|post|piece)|(?:the )?(?:story|article))"
_TAKEN_BACK_EN = r"(?:withdrawn|retracted|removed|deleted|killed|unpublished|annulled)"
# The end of the note, or what notes go on with: by whom, why, from where.
_END = (
    r"(?= ?(?:[.!:;,—–(\[-]|$)| (?:по (?:решени|просьб|требовани|техническ|этическ)|редакци|агентств|автор|в связи|так как|ввиду"
    r"|из-за|как (?:ошибочн|недостоверн)|ошибочн|redaksiya|sebebile|gore\b|by (?:the (?:editor|author|agency|publisher)|its)"
    r"|because|due to|at the request|from (?:our|the|this) (?:site|website|feed)|pending|as (?:it|inaccurate|erroneous)|after review))"
)
_NOTE = re.compile(
    r"(?:внимание|важно|diqqet|attention|advisory|editors?'? note|от редакции|redaksiyadan)?[\s:.!,—–-]*(?:"
    rf"{_PIECE_RU}(?: под заголовком .{{3,200}}?| агентства)?[\s,.!:—–-]+{_TAKEN_BACK_RU}{_END}"
    rf"|(?:удален|отозван|аннулирован|снят)[ао]?[\s:—–-]+{_PIECE_RU}(?:[.!:,—–]|$)"
    rf"|(?:просим|просьба|редакция просит|агентство) (?:аннулировать|аннулирует|отозвать|отзывает|не использовать) "
    rf"(?:ранее )?(?:{_PIECE_RU}|передан\w+|опубликован\w+|вышедш\w+)"
    rf"|редакция (?:отзывает|аннулирует|удалила|сняла с публикации) {_PIECE_RU}"
    r"|аннулируется {0,2}[:.!—–-]|аннулировано? {0,2}[:.!—–-]"
    rf"|{_PIECE_AZ}[\s,.!:—–-]+{_TAKEN_BACK_AZ}(?=[\s.!:,—–(\[-]|$)"
    r"|(?:legv olunub|legv edilib|geri cagirilib|silinib) {0,2}(?:[:.!—–-]|$)"
    rf"|{_PIECE_EN}(?: (?:titled|headlined) .{{3,200}}?)?(?: (?:has been|was|is) {_TAKEN_BACK_EN}{_END}| {_TAKEN_BACK_EN}[.!]?$)"
    rf"|(?:retracted|retraction|withdrawn|kill)(?: {{0,2}}[:!—–\]]| - |$)"
    rf"|[\[(](?:retracted|withdrawn|отозвано|удалено|legv olunub|silinib)[\])]"
    rf"|(?:we have|[a-z]+ has) (?:withdrawn|retracted|removed) (?:this|the|our|its) {_PIECE_EN})"
)
_LETTERS = str.maketrans("əıöüçşğё", "eioucsgе")


def is_retraction(title: str, body: str) -> bool:
    return any(_NOTE.match(_fold(text)) for text in (title, body.partition("\n\n")[0]))


def _fold(text: str) -> str:
    small = unicodedata.normalize("NFKC", text[:_LOOK_AT]).casefold().replace("\u0307", "").translate(_LETTERS)
    return " ".join(small.split()).lstrip("«»\"“”„'*• ")
