# Rubrikanın Azərbaycan dilində mətnləri. «command.element» açarı «command» mesajının «.element» atributudur.
# Telegram HTML-i: b, i, u, s, a, code, pre, blockquote. Mətndə & < > işarələri &amp; &lt; &gt; kimi yazılır.

## Məqalə haqqında post

article =
    .read = Ardını oxu

## Tiker: kanalın gün ərzindəki qısa xəbərləri

ticker =
    .header = <b>Qısa xəbərlər · { $day }</b>


## Telegram menyusunda və /help-də əmrlər

commands =
    .rubrics = rubrikaları seçmək
    .latest = son xəbərlər
    .language = dil
    .stop = xəbərləri dayandırmaq
    .help = nə edə bilirəm
    .channels = kanallarım
    .push = məqaləni indi göndərmək
    .editors = redaktorlar

## Uzun siyahının səhifələri

page =
    .previous = ‹ Geri
    .next = İrəli ›

## /start

start =
    .hello = Salam, { $name }!
    .again = Yenidən salam, { $name }!
    .resumed = Xoş qayıtdınız, { $name }! Xəbərlər yenə gələcək, rubrikalarınız olduğu kimi qalıb.
    .about = Seçdiyiniz rubrikaların xəbərlərini dərc olunan kimi göndərirəm.
    .choose = Rubrikaları qeyd edin:
    .subscribed = «{ $rubric }» rubrikasına abunə oldunuz.
    .editor = Siz redaktorsunuz: /push məqaləni oxuculara indi göndərir.
    .owner = Siz sahibsiniz: /push məqaləni oxuculara indi göndərir, /editors redaktor təyin edir.

## /rubrics

rubrics =
    .choose = Rubrikaları qeyd edin. Onların xəbərləri dərc olunan kimi gəlir.
    .stopped = Xəbərlər hazırda dayandırılıb. Yenidən almaq üçün /start göndərin.
    .none-yet = Hələ rubrika yoxdur, redaksiya onları hazırlayır.
    .all = Hamısı
    .none = Heç biri

## /latest

latest =
    .own = <b>Rubrikalarınızda son xəbərlər</b>
    .all = <b>Bütün rubrikalarda son xəbərlər</b>
    .nothing = Hələ heç nə yoxdur. Rubrikaları /rubrics ilə seçə bilərsiniz.

## /language

language =
    .choose = Hansı dildə oxumaq sizə rahatdır?
    .chosen = Hazırdır: bundan sonra Azərbaycan dilində.
    .ru = Русский
    .az = Azərbaycanca
    .en = English

## /stop

stop =
    .done = Xəbərlər dayandırıldı. Rubrikalarınız saxlanılıb: /start göndərin, hər şey davam edəcək.

## /help

help =
    .heading = Xəbərləri rubrikalar üzrə göndərirəm. Əmrlər bunlardır:
    .channels = Kanalınız var? Xəbərləri orada necə dərc etməyi /channels izah edir.

## Botun bilmədiyi sözlər və əmrlər

unknown =
    .command = Belə əmr yoxdur. Bütün əmrlər: /help
    .words = Mən əmrləri və düymələri başa düşürəm. Rubrikalar: /rubrics, son xəbərlər: /latest, qalan hər şey: /help

## /channels və kanalın menyusu

channels =
    .list = Kanallarınız. Hansını tənzimləyək?
    .none =
        Kanallarınız burada görünəcək.

        Düyməni basın, kanalı seçin və qeyd olunmuş hüquqları saxlayın: mesaj dərc etmək, dəyişmək və silmək. Sonra kanalın menyusunu göndərəcəyəm.
    .add = Kanala əlavə etmək
    .connected = «{ $channel }» kanalı qoşuldu.
    .lost = «{ $channel }» kanalı ayrıldı: mən artıq onun administratoru deyiləm. Tənzimləmələr saxlanılıb və mənimlə birlikdə qayıdacaq.
    .right-missing = «{ $channel }» kanalında mənə «Mesaj dərc etmək» hüququ çatmır. Onu kanalın administrator tənzimləmələrində verin, işə başlayım.
    .groups = Hələlik yalnız kanallarda və şəxsi yazışmada işləyirəm.
    .rubrics =
        { $count ->
            [0] Rubrikalar: heç biri
           *[other] Rubrikalar: { $count } seçilib
        }
    .choose = Rubrikaları qeyd edin, xəbərlər kanala getsin.
    .paused = ⏸ Fasilə: kanalda heç nə dərc olunmur. Bu müddətdə çıxanlar sonradan gəlməyəcək.
    .articles = Məqalələr
    .articles-on = Məqalələr: hər biri ayrıca post kimi, dərhal
    .articles-off = Məqalələr: dərc olunmur
    .ticker = Tiker
    .ticker-on =
        { $minutes ->
           *[other] Tiker: hər { $minutes } dəqiqədən bir
        }
    .ticker-off = Tiker: söndürülüb
    .minutes = { $minutes } dəq
    .pause = Fasilə
    .resume = Davam etmək
    .back = ‹ Kanallar

## /push

push =
    .usage = Əmrlə birlikdə məqalənin linkini göndərin, məsələn: <code>/push https://example.org/meqale</code>
    .question = <b>Bu məqalə indi göndərilsin?</b>
    .to-people = Alanlar: { $subscribers } abunəçi.
    .to-channels = Alanlar: { $channels } kanal.
    .to-both = Alanlar: { $subscribers } abunəçi və { $channels } kanal.
    .already = { $count } ünvanda artıq var, ikinci dəfə getməyəcək.
    .nobody = Hazırda heç kim almayacaq: rubrikaların yeni abunəçisi yoxdur, kanal qeyd olunmayıb.
    .no-rubrics = Məqalənin tanıdığımız rubrikası yoxdur, ona görə yalnız qeyd olunmuş kanallara gedəcək.
    .send = Göndərmək
    .cancel = Ləğv etmək
    .cancelled = Puş ləğv edildi: «{ $title }».
    .ordered = <b>Puş qəbul edildi</b>: «{ $title }»
    .planning = Ünvanlara paylanır…
    .sent = Çatdırılıb: { $count }
    .queued = Növbədə: { $count }
    .failed = Çatdırılmayıb: { $count }
    .dropped = Geri götürülüb: { $count }
    .refresh = Yeniləmək

## /editors

editors =
    .list = <b>{ $count } redaktor</b>
    .nobody = Hələ redaktor yoxdur.
    .how = Redaktor təyin etmək üçün onun id-sini göndərin: <code>/editors 1234567</code>. Əvvəlcə o, /start basmalıdır. Adı olan düymə redaktoru azad edir.
    .usage = Bu, id-yə oxşamır: rəqəm lazımdır, məsələn <code>/editors 1234567</code>
    .appointed = { $name } indi redaktordur.
    .already = { $name } redaktorun bacardığı hər şeyi artıq bacarır.
    .question = { $name } daha puş göndərə bilməyəcək. Azad edilsin?
    .dismiss = Azad etmək
    .keep = Saxlamaq
    .dismissed = { $name } artıq redaktor deyil.
    .you-are-appointed = Sizi redaktor təyin etdilər. /push və link: məqalə oxuculara indi gedəcək.
    .you-are-dismissed = Siz artıq redaktor deyilsiniz. Xəbərlər və rubrikalar sizinlə qalır.

## Nə səhv getdi

error =
    .unexpected = Nəsə alınmadı, bundan xəbərimiz var. Bir az sonra yenidən cəhd edin.
    .unknown-rubric = Belə rubrika artıq yoxdur.
    .unknown-channel = Bu kanal artıq qoşulu deyil.
    .not-channel-administrator = Kanalı yalnız onun dərc etmək hüququ olan administratorları tənzimləyə bilər.
    .nothing-to-deliver = Dərc etməyə heç nə qalmır. Kanal susmalıdırsa, «Fasilə» basın.
    .article-not-found = Bizdə belə məqalə yoxdur. Link mənbələrimizdən birinin məqaləsinə aparmalıdır.
    .unreadable-link = Səhifəni oxumaq alınmadı. Linki yoxlayın və ya bir az sonra cəhd edin.
    .push-already-decided = Bu puş barədə qərar artıq verilib.
    .stale-button = Düymə köhnəlib.
    .unknown-person = Bu şəxsi tanımıram. Əvvəlcə /start bassın, sonra onu təyin edin.
