import pytest

from bot.ingest.retraction import is_retraction


@pytest.mark.parametrize(
    "note",
    [
        "Материал удалён",
        "Материал отозван.",
        "Материал снят с публикации по решению редакции",
        "Новость снята с публикации",
        "МОЛНИЯ аннулирована",
        "Молния. Аннулирована",
        'Сообщение под заголовком "Порт закрыт" аннулируется',
        "ВНИМАНИЕ! Новость отозвана редакцией",
        "Данный материал удален по техническим причинам.",
        "Статья удалена",
        "АННУЛИРУЕТСЯ: Порт открыт",
        "Просим аннулировать сообщение о закрытии порта",
        "Редакция отзывает материал «Порт закрыт»",
        "Агентство аннулирует сообщение о порте",
        "Удалено: материал",
        "Xəbər ləğv olunub",
        "Xəbər geri çağırılıb",
        "Bu xəbər silinib.",
        "Material saytdan silinib",
        "LƏĞV OLUNUB: Liman bağlandı",
        "XƏBƏR GERİ ÇAĞIRILIB",
        "RETRACTED",
        "RETRACTED: Port closes",
        "Retraction: port story",
        "[RETRACTED] Port closes",
        "This story has been withdrawn",
        "This story has been retracted.",
        "This article has been removed from our site",
        "This report has been retracted by the editors",
        "Article removed",
        "We have withdrawn this story",
        "WITHDRAWN: Port closes",
    ],
)
def test_a_note_that_takes_an_article_back_is_known_as_headline_and_as_text(note: str) -> None:
    assert is_retraction(note, "")
    assert is_retraction("Порт закрыт", f"{note}\n\nПриносим извинения.")


@pytest.mark.parametrize(
    "headline",
    [
        "Посол отозван",
        "Посол отозван в Баку",
        "Отозван законопроект о портах",
        "Материал отозван из продажи",
        "Статья отозвана из научного журнала Nature",
        "Материал удален с поверхности реактора",
        "Взрывоопасный материал удален с площадки",
        "Сообщение отправлено",
        "Сообщение о минировании удалено полицией",
        "Молния убила трёх коров",
        "Информация удалена из реестра",
        "Выборы аннулированы",
        "Аннулирован штраф",
        "Аннулирована лицензия банка",
        "Снят режим ЧС",
        "Удалены 40 тонн мусора",
        "Retracted paper on superconductors shakes physics",
        "Report removed from agenda",
        "Story of the withdrawn ambassador",
        "The article was updated",
        "This story has been updated",
        "This story has been corrected",
        "Kill Bill returns to cinemas",
        "Killed: three soldiers",
        "Withdrawn troops return home",
        "Xəbər yayılıb",
        "Səfir geri çağırılıb",
        "Məlumat verilib",
        "Müqavilə ləğv olunub",
        "Toyota 100 min avtomobili geri çağırır",
        "Statement removed by the ministry",
        "Отозвана партия йогуртов",
        "Post removed after outcry: minister resigns",
        "Alert was withdrawn",
        "The report has been withdrawn",
        "Item withdrawn from auction",
        "News deleted: how Russia censors",
    ],
)
def test_news_of_something_taken_back_is_news(headline: str) -> None:
    assert not is_retraction(headline, f"{headline}\n\nПодробности выясняются.")


def test_a_note_about_another_article_in_the_middle_of_a_text_is_part_of_it() -> None:
    assert not is_retraction("Скандал в редакции", "Редактор ушёл.\n\nМатериал удалён по решению редакции.")
