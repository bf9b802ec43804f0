"""Ready-made articles for the sandbox's news site: neutral agency news in three languages, awkward titles among them."""

from dataclasses import dataclass
from itertools import chain


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """An article nobody wrote for a day in particular. Paragraphs of `body` are parted by a blank line."""

    language: str
    rubric: str
    title: str
    lead: str
    body: str
    image: bool = True


_RUSSIAN = (
    Sample(
        language="ru",
        rubric="Внешняя политика",
        title="В Баку прошло заседание рабочей группы по Среднему коридору",
        lead="Представители шести стран обсудили в Баку единые тарифы и сроки прохождения грузов по Среднему коридору.",
        body="""Как сообщает пресс-служба министерства транспорта, стороны договорились обмениваться данными о поездах в электронном виде и сократить время оформления на границах.

По расчётам рабочей группы, контейнер от порта Актау до Поти сможет идти на двое суток быстрее, чем год назад.

Следующее заседание запланировано на осень в Тбилиси.""",
    ),
    Sample(
        language="ru",
        rubric="Внутренняя политика",
        title="Парламент рассмотрит поправки к закону о дорожном движении",
        lead="Комитет рекомендовал вынести на пленарное заседание поправки о средствах персональной мобильности.",
        body="""Документ вводит определение электросамоката, предельную скорость 25 километров в час и места, где на нём можно ездить.

В комитете отметили, что предложения подготовлены после общественных слушаний, в которых участвовали страховщики и объединения пешеходов.

Голосование в первом чтении ожидается на следующей неделе.""",
    ),
    Sample(
        language="ru",
        rubric="Другие страны",
        title="В Исландии завершились учения горных спасателей",
        lead="В учениях на южном побережье Исландии приняли участие более трёхсот добровольцев из девяти стран.",
        body="""Спасатели отработали поиск людей на леднике, эвакуацию с перевала и связь без сотовой сети.

Организаторы сообщили, что впервые проверили беспилотники, которые находят человека по сигналу его телефона.

Отчёт о результатах передадут участникам до конца месяца.""",
    ),
    Sample(
        language="ru",
        rubric="В регионе",
        title="В Грузии после ремонта открыли горный участок трассы на Местию",
        lead="Движение по отремонтированному участку дороги Зугдиди - Местия открыто для всех видов транспорта.",
        body="""По информации дорожного департамента, на участке длиной 14 километров укрепили склоны, заменили два моста и установили освещение в тоннеле.

Работы продолжались полтора года. Объездная дорога останется открытой до зимы для сельскохозяйственной техники.""",
    ),
    Sample(
        language="ru",
        rubric="Футбол",
        title="Стало известно расписание четвертьфиналов Кубка Азербайджана",
        lead="Первые матчи четвертьфинала Кубка Азербайджана пройдут 3 и 4 февраля, ответные - неделей позже.",
        body="""Как сообщили в Профессиональной футбольной лиге, все встречи начнутся в 18:00 по бакинскому времени.

Победитель турнира получит место во втором квалификационном раунде Лиги Европы.

Билеты поступят в продажу за пять дней до каждого матча.""",
    ),
    Sample(
        language="ru",
        rubric="Бизнес",
        title="Порт Алят увеличил перевалку контейнеров на 18 процентов",
        lead="За одиннадцать месяцев Бакинский международный порт в Аляте принял 98 тысяч контейнеров.",
        body="""В порту связали рост с регулярными контейнерными поездами из Китая и с новым расписанием паромов.

Доля транзита составила 71 процент. Больше всего перевезено бытовой техники, древесины и запасных частей.

Вторую очередь терминала планируют сдать в следующем году.""",
    ),
    Sample(
        language="ru",
        rubric="ИКТ",
        title="На двух станциях бакинского метро заработала тестовая сеть 5G",
        lead='Пассажиры станций "28 мая" и "Сахил" могут бесплатно подключиться к тестовой сети 5G.',
        body="""Оператор сообщил, что скорость на платформах достигает 900 мегабит в секунду, в вагоне между станциями - 400.

Испытания продлятся три месяца. После них решат, на каких станциях ставить оборудование в первую очередь.""",
    ),
    Sample(
        language="ru",
        rubric="Погода",
        title="Ветер до 25 м/с & дождь: ночью на Абшероне < 10 °C 🌧️",
        lead="Национальная гидрометеорологическая служба предупредила об усилении северного ветра.",
        body="""Ночью на Абшеронском полуострове местами пройдёт дождь, порывы ветра достигнут 25 метров в секунду.

Службе коммунального хозяйства поручено проверить рекламные щиты и деревья вдоль дорог. К вечеру субботы ветер ослабнет.""",
        image=False,
    ),
    Sample(
        language="ru",
        rubric="Бизнес",
        title='Экспорт > импорта: "ненефтяной" сектор & итоги полугодия',
        lead="Экспорт ненефтяной продукции вырос за полугодие на 7,4 процента, сообщили в таможенном комитете.",
        body="""Больше всего за границу поставили томатов, хлопка, алюминия и минеральных удобрений.

Доля стран СНГ в поставках снизилась, стран Европы - выросла. Подробные таблицы комитет опубликует в конце месяца.""",
    ),
)

_AZERBAIJANI = (
    Sample(
        language="az",
        rubric="Xarici siyasət",
        title="Bakıda Orta Dəhliz üzrə işçi qrupunun iclası keçirilib",
        lead="Altı ölkənin nümayəndələri Bakıda Orta Dəhliz üzrə vahid tarifləri və daşınma müddətlərini müzakirə edib.",
        body="""Nəqliyyat nazirliyinin mətbuat xidmətindən bildirilib ki, tərəflər qatarlar barədə məlumatları elektron formada mübadilə etmək və sərhəddə rəsmiləşdirməni sürətləndirmək barədə razılığa gəlib.

İşçi qrupunun hesablamalarına görə, konteyner Aktau limanından Potiyə ötən ilkindən iki gün tez çata biləcək.

Növbəti iclas payızda Tbilisidə keçiriləcək.""",
    ),
    Sample(
        language="az",
        rubric="Daxili siyasət",
        title="Parlament yol hərəkəti haqqında qanuna dəyişiklikləri müzakirə edəcək",
        lead="Komitə fərdi mobillik vasitələri ilə bağlı dəyişiklikləri plenar iclasa tövsiyə edib.",
        body="""Layihədə elektrik skuterinə anlayış verilir, sürət həddi saatda 25 kilometr müəyyən edilir və harada sürməyin mümkün olduğu göstərilir.

Komitədən qeyd olunub ki, təkliflər sığortaçıların və piyada birliklərinin qatıldığı ictimai dinləmələrdən sonra hazırlanıb.

Birinci oxunuşda səsvermə gələn həftə gözlənilir.""",
    ),
    Sample(
        language="az",
        rubric="Digər ölkələr",
        title="İslandiyada dağ xilasedicilərinin təlimləri başa çatıb",
        lead="İslandiyanın cənub sahilindəki təlimlərdə doqquz ölkədən üç yüzdən çox könüllü iştirak edib.",
        body="""Xilasedicilər buzlaqda axtarış, aşırımdan təxliyə və mobil şəbəkə olmadan rabitə üzrə məşq edib.

Təşkilatçılar bildirib ki, ilk dəfə insanı telefonunun siqnalı ilə tapan pilotsuz aparatlar yoxlanılıb.

Nəticələr barədə hesabat ayın sonunadək iştirakçılara göndəriləcək.""",
    ),
    Sample(
        language="az",
        rubric="Region",
        title="Gürcüstanda Mestiya yolunun dağlıq hissəsi təmirdən sonra açılıb",
        lead="Zuqdidi - Mestiya yolunun təmir edilmiş hissəsi bütün nəqliyyat növləri üçün açıqdır.",
        body="""Yol departamentinin məlumatına görə, 14 kilometrlik hissədə yamaclar möhkəmləndirilib, iki körpü dəyişdirilib, tuneldə işıqlandırma quraşdırılıb.

İşlər il yarım davam edib. Dolama yol kənd təsərrüfatı texnikası üçün qışadək açıq qalacaq.""",
    ),
    Sample(
        language="az",
        rubric="Futbol",
        title="Azərbaycan Kubokunun dörddəbir final oyunlarının təqvimi açıqlanıb",
        lead="Dörddəbir finalın ilk oyunları 3 və 4 fevralda, cavab görüşləri bir həftə sonra keçiriləcək.",
        body="""Peşəkar Futbol Liqasından bildirilib ki, bütün görüşlər Bakı vaxtı ilə saat 18:00-da başlayacaq.

Turnirin qalibi Avropa Liqasının ikinci təsnifat mərhələsinə vəsiqə qazanacaq.

Biletlər hər oyundan beş gün əvvəl satışa çıxarılacaq.""",
    ),
    Sample(
        language="az",
        rubric="Biznes",
        title="Ələt limanında konteyner aşırılması 18 faiz artıb",
        lead="On bir ayda Bakı Beynəlxalq Dəniz Ticarət Limanı Ələtdə 98 min konteyner qəbul edib.",
        body="""Limandan bildirilib ki, artım Çindən gələn müntəzəm konteyner qatarları və bərələrin yeni cədvəli ilə bağlıdır.

Tranzitin payı 71 faiz olub. Ən çox məişət texnikası, taxta-şalban və ehtiyat hissələri daşınıb.

Terminalın ikinci növbəsi gələn il istifadəyə veriləcək.""",
    ),
    Sample(
        language="az",
        rubric="İKT",
        title="Bakı metrosunun iki stansiyasında 5G sınaq şəbəkəsi işə düşüb",
        lead='"28 May" və "Sahil" stansiyalarında sərnişinlər 5G sınaq şəbəkəsinə pulsuz qoşula bilər.',
        body="""Operator bildirib ki, platformada sürət saniyədə 900 meqabitə, stansiyalararası vaqonda isə 400 meqabitə çatır.

Sınaqlar üç ay davam edəcək. Bundan sonra avadanlığın ilk növbədə hansı stansiyalarda quraşdırılacağı müəyyənləşəcək.""",
    ),
    Sample(
        language="az",
        rubric="Hava",
        title="Külək 25 m/s & yağış: gecə Abşeronda < 10 °C 🌧️",
        lead="Milli Hidrometeorologiya Xidməti şimal küləyinin güclənəcəyi barədə xəbərdarlıq edib.",
        body="""Gecə Abşeron yarımadasında bəzi yerlərdə yağış yağacaq, küləyin sürəti saniyədə 25 metrə çatacaq.

Kommunal xidmətlərə yol kənarındakı reklam lövhələrini və ağacları yoxlamaq tapşırılıb. Şənbə axşamı külək zəifləyəcək.""",
        image=False,
    ),
    Sample(
        language="az",
        rubric="Biznes",
        title='İxrac > idxal: "qeyri-neft" sektoru & yarımilin yekunları',
        lead="Gömrük komitəsinin məlumatına görə, yarımildə qeyri-neft ixracı 7,4 faiz artıb.",
        body="""Xaricə ən çox pomidor, pambıq, alüminium və mineral gübrələr göndərilib.

MDB ölkələrinin payı azalıb, Avropa ölkələrinin payı artıb. Komitə ətraflı cədvəlləri ayın sonunda dərc edəcək.""",
    ),
)

_ENGLISH = (
    Sample(
        language="en",
        rubric="Foreign policy",
        title="Middle Corridor working group meets in Baku",
        lead="Delegates from six countries discussed single tariffs and transit times along the Middle Corridor.",
        body="""According to the transport ministry's press service, the parties agreed to exchange train data electronically and to shorten formalities at borders.

The working group estimates that a container will travel from the port of Aktau to Poti two days faster than a year ago.

The next meeting is planned for autumn in Tbilisi.""",
    ),
    Sample(
        language="en",
        rubric="Domestic policy",
        title="Parliament to consider amendments to road traffic law",
        lead="The committee has recommended amendments on personal mobility devices for a plenary session.",
        body="""The document defines an electric scooter, sets a speed limit of 25 kilometres an hour and names the places where one may be ridden.

The committee noted that the proposals follow public hearings attended by insurers and pedestrian associations.

The vote in the first reading is expected next week.""",
    ),
    Sample(
        language="en",
        rubric="Other countries",
        title="Mountain rescue exercise ends in Iceland",
        lead="More than three hundred volunteers from nine countries took part in the exercise on the south coast.",
        body="""Rescuers practised searching a glacier, evacuating people from a pass and communicating without a mobile network.

The organisers said that drones able to find a person by the signal of a phone were tested for the first time.

A report on the results will reach the participants by the end of the month.""",
    ),
    Sample(
        language="en",
        rubric="Region",
        title="Mountain section of Georgia's road to Mestia reopens after repairs",
        lead="The repaired section of the Zugdidi-Mestia road is open to all kinds of transport.",
        body="""According to the roads department, slopes were reinforced along 14 kilometres, two bridges were replaced and lighting was installed in the tunnel.

The work took a year and a half. The bypass will stay open to farm machinery until winter.""",
    ),
    Sample(
        language="en",
        rubric="Football",
        title="Azerbaijan Cup quarter-final fixtures announced",
        lead="The first legs of the Azerbaijan Cup quarter-finals are on 3 and 4 February, the second a week later.",
        body="""The Professional Football League said that every match kicks off at 18:00 Baku time.

The winner of the tournament earns a place in the second qualifying round of the Europa League.

Tickets go on sale five days before each match.""",
    ),
    Sample(
        language="en",
        rubric="Business",
        title="Container handling at the port of Alat up 18 percent",
        lead="The Baku International Sea Trade Port in Alat received 98 thousand containers in eleven months.",
        body="""The port put the growth down to regular container trains from China and to a new ferry timetable.

Transit made up 71 percent. Household appliances, timber and spare parts led the list.

The second phase of the terminal is to open next year.""",
    ),
    Sample(
        language="en",
        rubric="ICT",
        title="Two Baku metro stations get a 5G test network",
        lead='Passengers at the "28 May" and "Sahil" stations can join a 5G test network free of charge.',
        body="""The operator said that speeds reach 900 megabits a second on the platforms and 400 in the carriage between stations.

The tests will last three months. They decide which stations are equipped first.""",
    ),
    Sample(
        language="en",
        rubric="Weather",
        title="Wind up to 25 m/s & rain: Absheron < 10 °C at night 🌧️",
        lead="The National Hydrometeorological Service has warned of a stronger north wind.",
        body="""Rain is expected in places on the Absheron peninsula at night, with gusts of 25 metres a second.

Municipal services have been told to check billboards and trees along the roads. The wind will ease by Saturday evening.""",
        image=False,
    ),
    Sample(
        language="en",
        rubric="Business",
        title='Exports > imports: the "non-oil" sector & the half-year results',
        lead="Non-oil exports grew by 7.4 percent in the half-year, the customs committee said.",
        body="""Tomatoes, cotton, aluminium and mineral fertilisers led the list of goods sold abroad.

The share of CIS countries fell and that of European countries rose. Detailed tables will follow at the end of the month.""",
    ),
)


def _from(stories: tuple[Sample, ...], first: int) -> tuple[Sample, ...]:
    return stories[first:] + stories[:first]


# One of each language in turn, and each of another story, so that three clicks are three different events.
SAMPLES = tuple(chain.from_iterable(zip(_RUSSIAN, _from(_AZERBAIJANI, 5), _from(_ENGLISH, 3), strict=True)))
