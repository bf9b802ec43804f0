# Rubrikanın Azərbaycan dilində mətnləri. «command.element» açarı «command» mesajının «.element» atributudur.
# Telegram HTML-i: b, i, u, s, a, code, pre, blockquote. Mətndə & < > işarələri &amp; &lt; &gt; kimi yazılır.

## Məqalə haqqında post

article =
    .read = Ardını oxu
    .corrected = Düzəliş edilib
    .withdrawn = Redaksiya bu xəbəri geri götürüb.
    .emptied = Bu hissə çıxarılıb: məqalə qısaldılıb.
    .share = Paylaş
    .subscribe = { $rubric }: abunə ol
    .read-on = Davamını oxu

## Tiker: kanalın gün ərzindəki qısa xəbərləri

ticker =
    .header = <b>Qısa xəbərlər · { $day }</b>
    .empty = Bu gün hələ xəbər yoxdur.

## Kanalın menyusunda tikerin öz ekranı və cədvəli

schedule =
    .live = Tiker: canlı, bir bərkidilmiş mesajda
    .at-times = Tiker: cədvəl üzrə, <code>{ $cron }</code>
    .next = Növbəti: { $at }
    .silenced = ⚠️ Belə tiker heç vaxt çıxmayacaq: bütün vaxtları postların gözlədiyi sakit saatlara düşür. Birini dəyişin.
    .about =
        <b>Canlı</b>: gündə bir bərkidilmiş mesaj, xəbərlər gəldikcə tamamlayıram, ən yenisi yuxarıda.
        <b>Bir neçə dəqiqədən bir</b>: bu müddətdə yığılan sətirlərlə mesaj, əgər varsa.
    .button-live = Canlı
    .button-times = Öz vaxtım…
    .question =
        «{ $channel }» kanalına tiker nə vaxt gəlsin? Mənə məsələn bunu yazın:

        <code>20</code> – hər 20 dəqiqədən bir
        <code>0 9,13,18 * * *</code> – saat 9:00, 13:00 və 18:00-da
        <code>30 8 * * mon-fri</code> – iş günləri saat 8:30-da

        Beş sahə: dəqiqə, saat, ayın günü, ay və həftənin günü; vaxt redaksiyanındır.
    .interval = Bu qədər dəqiqə olmaz: interval { $lowest } dəqiqədən { $highest } dəqiqəyədəkdir.
    .fields =
        { $count ->
           *[other] Burada { $count } sahə var, cədvəldə isə beşdir: dəqiqə, saat, gün, ay, həftənin günü.
        }
    .field =
        { $field ->
            [minute] Dəqiqələri başa düşmürəm: <code>{ $part }</code>. Onlar { $lowest }–{ $highest } arasıdır, məsələn <code>0</code>, <code>*/15</code> və ya <code>0,30</code>.
            [hour] Saatları başa düşmürəm: <code>{ $part }</code>. Onlar { $lowest }–{ $highest } arasıdır, məsələn <code>9</code>, <code>9-18</code> və ya <code>9,13,18</code>.
            [day] Ayın gününü başa düşmürəm: <code>{ $part }</code>. Bu, { $lowest }–{ $highest } arası ədəd və ya <code>*</code> olmalıdır.
            [month] Ayı başa düşmürəm: <code>{ $part }</code>. Bu, { $lowest }–{ $highest } arası ədəd, jan–dec və ya <code>*</code> olmalıdır.
           *[weekday] Həftənin gününü başa düşmürəm: <code>{ $part }</code>. Bu, { $lowest }–{ $highest } arası ədəd (0 və 7 – bazar), mon–sun və ya <code>*</code> olmalıdır.
        }
    .seconds = Altı sahə artıq saniyə deməkdir, tiker isə dəqiqədə bir dəfədən tez-tez çıxmır. Birinci sahəni silin.
    .never = Belə gün heç vaxt olmur. Ayın gününü və ayı yoxlayın.
    .pin-refused =
        «{ $channel }» kanalında mesaj bərkitmək hüququm yoxdur, ona görə tiker bərkidilmədən gedir.

        Bərkidilməsini istəyirsinizsə, kanalın administrator tənzimləmələrində mənə «Başqalarının mesajlarını redaktə etmək» hüququnu verin, dərhal bərkidəcəyəm.


## Telegram menyusunda və /help-də əmrlər

commands =
    .rubrics = rubrikaları seçmək
    .latest = son xəbərlər
    .settings = tənzimləmələr
    .language = dil
    .stop = xəbərləri dayandırmaq
    .help = nə edə bilirəm
    .channels = kanallarım
    .push = məqaləni indi göndərmək
    .sources = xəbər mənbələri
    .why = məqalə niyə gəldi və ya gəlmədi
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
    .editor = Siz redaktorsunuz: /push məqaləni oxuculara indi göndərir, /sources mənbələri göstərir.
    .owner = Siz sahibsiniz: /push məqaləni oxuculara indi göndərir, /sources mənbələri göstərir, /editors redaktor təyin edir.

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

## /settings

settings =
    .heading = <b>Tənzimləmələr</b>
    .language = Dil: { $language }
    .rubrics =
        { $count ->
            [0] Rubrikalar: heç biri
           *[other] Rubrikalar: { $count } seçilib
        }
    .active = Xəbərlər dərc olunan kimi gəlir.
    .nothing-chosen = Rubrika seçən kimi xəbərlər gəlməyə başlayacaq.
    .stopped = ⏸ Xəbərlər dayandırılıb. Bu müddətdə çıxanlar sonradan gəlməyəcək.
    .to-rubrics = Rubrikalar
    .stop = Xəbərləri dayandırmaq
    .resume = Xəbərləri davam etdirmək
    .why = Bu məqalə mənə niyə gəldi?
    .back = ‹ Tənzimləmələr

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
        Kanallarınız və qruplarınız burada görünəcək.

        Düyməni basın, kanalı seçin və qeyd olunmuş hüquqları saxlayın: mesaj dərc etmək, dəyişmək və silmək. Sonra kanalın menyusunu göndərəcəyəm.

        Məni artıq əlavə etmisinizsə, amma kanal burada yoxdursa, onu kodla təsdiqləyin.
    .add = Kanala əlavə etmək
    .connected = «{ $channel }» kanalı qoşuldu.
    .lost = «{ $channel }» kanalı ayrıldı: mən artıq onun administratoru deyiləm. Tənzimləmələr saxlanılıb və mənimlə birlikdə qayıdacaq.
    .right-missing = «{ $channel }» kanalında «Mesaj dərc etmək» hüququm yoxdur. Onu kanalın administrator tənzimləmələrində verin, işə başlayım.
    .barred-right = «{ $channel }» kanalı: daha dərc edə bilmirəm, «Mesaj dərc etmək» hüququm yoxdur. Onu kanalın administrator tənzimləmələrində verin, özüm davam edəcəyəm. Bu müddətdə çıxanlar sonradan gəlməyəcək.
    .barred-restricted = «{ $channel }» kanalı: Telegram orada dərc etməyə icazə vermir. Kanalın açıq olduğunu və məhdudlaşdırılmadığını yoxlayın, sonra /channels menyusunda «Davam etmək» basın. Bu müddətdə çıxanlar sonradan gəlməyəcək.
    .right-back = «{ $channel }» kanalı: hüquq qayıtdı, yenidən dərc edirəm. Bu müddətdə çıxanlar artıq gəlməyəcək.
    .open-rubrics = Rubrikalar
    .open-posts = Postlar
    .open-ticker = Tiker
    .open-language = Dil
    .open-words = Sözlər
    .open-quiet = Sakit saatlar
    .open-pace = Temp
    .open-approval = Təsdiq
    .open-topics = Mövzular
    .open-copying = Surətini köçürmək
    .open-history = Tarixçə
    .rubrics =
        { $count ->
            [0] Rubrikalar: heç biri
           *[other] Rubrikalar: { $count } seçilib
        }
    .choose = Rubrikaları qeyd edin, xəbərlər getsin.
    .paused = ⏸ Fasilə: heç nə dərc olunmur.
    .barred = 🔒 Hazırda burada dərc edə bilmirəm. «Mesaj dərc etmək» hüququmu yoxlayın: qayıdan kimi özüm davam edəcəyəm.
    .articles = Məqalələr
    .articles-on = Məqalələr: hər biri ayrıca post kimi
    .articles-off = Məqalələr: dərc olunmur
    .ticker-on =
        { $minutes ->
           *[other] Tiker: hər { $minutes } dəqiqədən bir
        }
    .ticker-off = Tiker: söndürülüb
    .off = Söndürülüb
    .language = Dil: { $language }
    .editions = Bu dillərdə də məqalələr: { $languages }
    .choose-editions = Solda kanalın, onun yazılarının və məqalələrinin dili. Sağda isə məqalə götürmək üçün başqa dillər.
    .minutes = { $minutes } dəq
    .pause = Fasilə
    .resume = Davam etmək
    .menu = ‹ Kanalın menyusu
    .back = ‹ Kanallar
    .connected-group = «{ $channel }» qrupu qoşuldu.
    .complete = Bütün hüquqlar var.
    .lacking = Bəzi hüquqlarım çatmır. Onları administrator tənzimləmələrində vermək olar:
    .lacks-post = • «Mesaj dərc etmək»: onsuz heç nə dərc edə bilmirəm.
    .lacks-edit = • «Başqalarının mesajlarını redaktə etmək»: onsuz canlı tikeri bərkitmək olmur.
    .lacks-delete = • «Başqalarının mesajlarını silmək»: onsuz təsdiq kodunu və geri çağırılmış xəbərlərin başqa surətlərini silə bilmirəm.
    .lacks-delete-group = • «Mesajları silmək»: onsuz təsdiq kodunu silə bilmirəm.
    .lacks-pin = • «Mesajları bərkitmək»: onsuz canlı tikeri bərkitmək olmur.
    .lacking-short = ⚠️ Çatmayan hüquqlar: { $rights }.
    .right-post = dərc etmək
    .right-edit = başqalarının mesajlarını redaktə etmək
    .right-delete = başqalarının mesajlarını silmək
    .right-pin = bərkitmək
    .rights-gone = «{ $channel }» üzrə hüquqlarım azaldı:
    .group-needs-administrator = Salam. Bu qrupun xəbərlərini onun administratoru tənzimləyir: qoy məni açıb /channels göndərsin.
    .add-group = Qrupa
    .share = Öz kanalımı seçmək
    .by-code = Kanal siyahıda yoxdur
    .code =
        Məni anonim administrator və ya başqası əlavə edibsə, kanalı kodla təsdiqləyin.

        1. Məni kanala və ya qrupa administrator kimi əlavə edin.
        2. Orada bu mesajı bütöv dərc edin:

        <code>{ $code }</code>

        Kodu görüb siləcəyəm və sizə menyunu göndərəcəyəm. Kod { $minutes } dəqiqə və yalnız bir dəfə işləyir.
    .new-code = Başqa kod
    .code-of-stranger = Kodunuz «{ $channel }» daxilində göründü, amma siz orada dərc hüququ olan administrator deyilsiniz, ona görə heç nə qoşmadım. Kod artıq işləmir.
    .code-stays = «{ $channel }» daxilindəki kodu silə bilmirəm, hüququm çatmır. Onu özünüz silin: artıq işləmir.
    .missed =
        { $count ->
            [one] «{ $channel }» fasilədə olarkən { $count } məqalə çıxdı. Dərc edilsin?
           *[other] «{ $channel }» fasilədə olarkən { $count } məqalə çıxdı. Sonunculardan neçəsi dərc edilsin?
        }
    .catch-up =
        { $count ->
            [0] Heç biri, yalnız yenilər
            [1] Sonuncu
           *[other] Son { $count }
        }
    .catch-up-all =
        { $count ->
            [1] Dərc etmək
           *[other] Hamısı: { $count }
        }

## Kanalda kim nəyi dəyişib

history =
    .title = Kim nəyi dəyişib:
    .none = Kanalda kimin nəyi dəyişdiyi burada görünəcək. Hələ heç kim heç nə dəyişməyib.
    .line = { $time } { $name }: { $change }
    .older = Əvvəlkilər ›
    .newer = ‹ Sonrakılar
    .rubrics =
        { $value ->
            [0] rubrikalar: heç biri
           *[other] rubrikalar: { $value } seçilib
        }
    .articles =
        { $value ->
            [on] məqalələr: hər biri ayrıca post kimi
           *[off] məqalələr: dərc olunmur
        }
    .ticker =
        { $value ->
            [off] tiker: söndürülüb
            [live] tiker: canlı
            [times] tiker: cədvəl üzrə, <code>{ $cron }</code>
           *[every] tiker: hər { $minutes } dəqiqədən bir
        }
    .language =
        { $value ->
            [ru] dil: rus
            [az] dil: Azərbaycan
           *[en] dil: ingilis
        }
    .words =
        { $value ->
            [0] sözlər: heç biri
           *[other] sözlər: { $value }
        }
    .quiet =
        { $value ->
            [off] sakit saatlar: yoxdur
           *[other] sakit saatlar: { $value }
        }
    .quiet-mode =
        { $value ->
            [hold] sakit saatlarda postlar gözləyir
           *[silent] sakit saatlarda postlar səssizdir
        }
    .editions =
        { $value ->
            [none] məqalələr yalnız kanalın dilində
           *[other] bu dillərdə də məqalələr: { $value }
        }
    .hourly =
        { $value ->
            [off] saatda post: limitsiz
           *[other] saatda post: ən çoxu { $value }
        }
    .gap =
        { $value ->
            [off] postlar arası: fasiləsiz
           *[other] postlar arası: ən azı { $value } dəq
        }
    .overflow =
        { $value ->
            [batch] yer çatmayanlar: bir mesajda
            [ticker] yer çatmayanlar: tikerə
           *[wait] yer çatmayanlar: növbəsini gözləyir
        }
    .pause =
        { $value ->
            [on] fasilə
           *[off] kanal yenidən dərc edir
        }
    .layout =
        { $value ->
            [headline] postlar: linkli sətir
            [full] postlar: bütün mətn
            [own] postlar: öz şablonu ilə
           *[card] postlar: kart
        }
    .template = postlar: yeni şablon
    .preview =
        { $value ->
            [small] önizləmə: kiçik
            [none] önizləmə: yoxdur
           *[large] önizləmə: böyük
        }
    .preview-place =
        { $value ->
            [above] önizləmə: mətnin üstündə
            [below] önizləmə: mətnin altında
           *[auto] önizləmə: adi yerində
        }
    .albums =
        { $value ->
            [off] qalereyalar: yalnız birinci şəkil
           *[on] qalereyalar: albomla
        }
    .buttons =
        { $value ->
            [0] postların altında düymə yoxdur
           *[other] postların altında { $value } düymə
        }
    .signature =
        { $value ->
            [0] imza silinib
           *[other] imza: { $value }
        }
    .hashtags =
        { $value ->
            [on] rubrikalar heşteqlə
           *[off] rubrikalar heşteqsiz
        }
    .silent =
        { $value ->
            [on] postlar səssiz
           *[off] postlar səsli
        }
    .approval =
        { $value ->
            [on] postlar administratorun qərarını gözləyir
           *[off] postlar özü çıxır
        }
    .rich =
        { $value ->
            [on] bütün mətn: rich mesajla
           *[off] bütün mətn: adi mesajla
        }
    .topics =
        { $value ->
            [0] mövzular: dəyişdirilib
           *[other] mövzular: { $value } rubrikanın öz mövzusu var
        }
    .copy = tənzimləmələr «{ $value }» kanalındakı kimi
    .connection =
        { $value ->
            [on] kanal qoşuldu
           *[off] kanal ayrıldı
        }

## Tənzimləmələri başqa kanallara köçürmək

copying =
    .choose = Burada tənzimlənən hər şeyi hara köçürək?
    .none = Köçürməyə yer yoxdur: bu, yeganə kanalınızdır.
    .every = Qalanların hamısına: { $count }
    .named = «{ $channel }»
    .question = Tənzimləmələr bura köçürülsün: { $channels }? Orada tənzimlənənlər əvəz olunacaq.
    .copy = Köçürmək
    .cancel = Ləğv etmək
    .copied = Köçürüldü: { $channels }.
    .without-topics = Mövzular köçürülmür: hər qrupun öz mövzuları var.

## Telegram klaviaturasında kanal və ya qrup seçmək

sharing =
    .choose = Aşağıda kanalı və ya qrupu seçin. Telegram administrator təyin edə bildiklərinizi göstərəcək və lazımi hüquqları mənə dərhal verəcək.
    .channel = 📢 Kanal seçmək
    .group = 👥 Qrup seçmək
    .cancel = İndi yox
    .looking = Baxıram, «{ $channel }» hazırdırmı.
    .absent = Mən «{ $channel }» daxilində yoxam: məni administrator kimi əlavə edin, menyunu göndərim.

## Kanalın məqalələri seçdiyi sözlər

words =
    .none = Söz təyin olunmayıb: kanal öz rubrikalarının bütün məqalələrini alır.
    .remove = Silmək üçün sözün üzərinə basın.
    .list-include = Yalnız bu sözlər olan məqalələr: { $words }
    .list-leave-out = Bu sözlər olan məqalələrdən başqa: { $words }
    .counts = Sözlər: açar söz { $included }, istisna { $left }
    .add-include = Açar söz əlavə etmək
    .add-leave-out = İstisna söz əlavə etmək
    .ask-include =
        Sözləri və ya ifadələri vergüllə yazın: kanala yalnız onlardan ən azı biri olan məqalələr gedəcək.

        Bütöv sözləri axtarıram; ulduz işarəsi sözün sonunu əvəz edir: <code>qarabağ*</code>. Kanalda cəmi { $most } sözədək ola bilər.
    .ask-leave-out =
        Sözləri və ya ifadələri vergüllə yazın: onlardan ən azı biri olan məqalələr kanala getməyəcək.

        Bütöv sözləri axtarıram; ulduz işarəsi sözün sonunu əvəz edir: <code>qarabağ*</code>. Kanalda cəmi { $most } sözədək ola bilər.

## Kanalın sakit saatları

quiet =
    .none = Sakit saatlar yoxdur: postlar istənilən vaxt və səslə gəlir.
    .state-hold = Sakit saatlar { $hours }: postlar onların bitməsini gözləyir
    .state-silent = Sakit saatlar { $hours }: postlar səssiz gəlir
    .off = Sakit saatlar yoxdur
    .hold = Postlar gözləsin
    .silent = Postlar səssiz gəlsin
    .start = Başlanğıc { $hour }
    .end = Son { $hour }
    .which-start = Sakit saatlar nə vaxt başlasın?
    .which-end = Sakit saatlar nə vaxt bitsin?

## Kanalın tempi

pace =
    .none = Postlar, nə qədər olsa da, dərhal çıxır.
    .about = Təcili puşlar və düzəlişlər dərhal çıxır.
    .about-wait = Qalanları sıra ilə növbəsini gözləyir.
    .about-batch = Qalanları keçidlərdən ibarət bir mesaja yığılır və yer boşalan kimi çıxır. Gözləyən bir məqalədirsə, adi post kimi çıxır.
    .about-ticker = Qalanları dərhal sətir kimi tikerə gedir, post kimi çıxanlar isə orada təkrarlanmır. Tiker söndürülsə, qalanları yenə növbəsini gözləyəcək.
    .state =
        { $hourly ->
            [0] Temp: { $gap } dəqiqədə ən çoxu bir dəfə
           *[other] { $gap ->
                [0] Temp: saatda ən çoxu { $hourly }
               *[other] Temp: saatda ən çoxu { $hourly }, { $gap } dəqiqədə ən çoxu bir dəfə
            }
        }
    .any-number = Limitsiz
    .hourly = saatda { $count }
    .any-gap = Fasiləsiz
    .gap = { $minutes } dəq
    .overflow-wait = Qalanları gözləsin
    .overflow-batch = Qalanları bir mesajda
    .overflow-ticker = Qalanları tikerə
    .rest-batch = qalanları bir mesajda
    .rest-ticker = qalanları tikerə

## Administratorun qərarını gözləyən postlar

approval =
    .by-itself = Postlar özü çıxır, heç kimdən soruşulmur.
    .line =
        { $count ->
            [0] Postlar administratorun qərarını gözləyir
           *[other] Postlar administratorun qərarını gözləyir, hazırda: { $count }
        }
    .nobody = ⚠️ Postlar barədə soruşmağa heç kim yoxdur: soruşduqlarım məni bloklayıb və ya gedib. «Təsdiq» bölməsini açıb «Məndən soruş» düyməsini basın.
    .asked = Soruşuram: { $names }
    .about =
        Hər məqaləni şəxsi mesajda, kanalda necə görünəcəksə, elə göstərirəm: dərc etmək, ya etməmək barədə qərarı ilk basan verir. { $hours } saat ərzində heç kim qərar verməsə, məqalə çıxmır. Biri gözləyərkən qalanları həmin mesajda onun arxasında növbəyə durur.

        Tiker, redaksiyanın puşları, düzəlişlər və geri çağırmalar qərar gözləmir.
    .off = Özü çıxsın
    .on = Qərar gözləsin
    .ask-me = Məndən soruş
    .show = İndi qərar vermək: { $count }
    .off-question =
        { $count ->
            [one] { $count } post qərar gözləyir. Onunla nə edək?
           *[other] { $count } post qərar gözləyir. Onlarla nə edək?
        } Bundan sonra postlar özü çıxacaq.
    .publish-waiting =
        { $count ->
            [1] Dərc etmək
           *[other] Hamısını dərc etmək: { $count }
        }
    .leave-waiting =
        { $count ->
            [1] Dərc etməmək
           *[other] Heç birini dərc etməmək: { $count }
        }
    .back = ‹ Geri
    .question = ❓ { $channel }: dərc edilsin?
    .since = Gözləyir: { $since }. Qərar üçün son vaxt: { $until }.
    .others = Qərar gözləyən daha { $count } post var
    .publish = Dərc etmək
    .leave-out = Dərc etməmək
    .all = Hamısı birdən: { $count }
    .all-question =
        { $count ->
            [one] <b>{ $channel }</b>: { $count } post qərar gözləyir. Onunla nə edək?
           *[other] <b>{ $channel }</b>: { $count } post qərar gözləyir. Onlarla nə edək?
        }
    .nothing-waits = Artıq heç nə qərar gözləmir.
    .not-asked = Bu kanal barədə sizdən daha soruşmuram.
    .ended-published = ✅ Təsdiqləndi: { $article }. { $name }, { $at }
    .ended-left-out = ✖️ Dərc olunmadı: { $article }. { $name }, { $at }
    .ended-expired = ✖️ Dərc olunmadı: { $article }. { $hours } saat ərzində heç kim qərar vermədi
    .ended-recalled = ✖️ Dərc olunmadı: { $article }. Redaksiya məqaləni geri çağırdı
    .ended-paused = ⏸ Dərc olunmadı: { $article }. Kanal fasilədədir
    .ended-lost = ✖️ Dərc olunmadı: { $article }. Kanalda daha dərc edə bilmirəm
    .ended-pushed = ✅ Dərc olundu: { $article }. Onu redaktor göndərdi
    .ended-over = { $article }: qərara daha ehtiyac yoxdur
    .taken-publish = Təsdiqləndi
    .taken-leave-out = Dərc etmirəm
    .taken-late = Qərar artıq verilib
    .taken-changed = Məqaləyə düzəliş edilib, yeni mətnə baxın

## Qrupun mövzuları

topics =
    .line =
        { $count ->
            [0] Mövzular: heç bir rubrikanın öz mövzusu yoxdur
           *[other] Mövzular: { $count } rubrikanın öz mövzusu var
        }
    .shut = 🔒 { $count } mövzu post qəbul etmir: qəbul edənədək onun postları qalanların getdiyi mövzuya gedir.
    .about = Başqa mövzuya göndərmək istədiyinizi basın. Bir neçə rubrikanın məqaləsi bir dəfə çıxır: mövzusu olan ilk rubrikanın mövzusunda. Lazım olan mövzu burada yoxdur? Həmin mövzuda <code>{ $command }</code> yazın və «Yeniləmək» basın.
    .others = Bütün qalanlar
    .ticker = Tiker
    .general = General
    .as-others = Qalanların getdiyi yerə
    .which = «{ $rubric }» rubrikasının məqalələri hansı mövzuya getsin?
    .which-others = Öz mövzusu olmayanlar hansı mövzuya getsin?
    .which-ticker = Tiker hansı mövzuya getsin?
    .create = ➕ { $count } rubrika üçün mövzu yaratmaq
    .refresh = 🔄 Yeniləmək
    .back = ‹ Mövzular
    .no-right = ⚠️ Mövzu yaratmaq üçün mənə «Mövzuları idarə etmək» hüququ lazımdır. Onu qrupun inzibatçı tənzimləmələrində verin və yenidən basın.
    .not-created = ⚠️ Telegram indi mövzuların hamısını yaratmadı. Yaradılanlar artıq işləyir; bir dəqiqədən sonra yenidən basın.
    .told-closed = «{ $channel }»: «{ $topic }» mövzusu bağlıdır, onun postları qalanların getdiyi yerə gedir. Onu açın və ya mənə «Mövzuları idarə etmək» hüququ verin, postlar özləri qayıdacaq.
    .told-gone = «{ $channel }»: «{ $topic }» mövzusu silinib, onun postları qalanların getdiyi yerə gedir. Başqasını /channels → Mövzular bölməsində seçə bilərsiniz.
    .told-general = «{ $channel }»: General mövzusu bağlıdır və ora aid postlar çıxmır. Onu açın, mənə «Mövzuları idarə etmək» hüququ verin və ya /channels → Mövzular bölməsində «Bütün qalanlar» üçün başqa mövzu seçin.

## Kanalın menyusunda nəsə yazmaq lazım olanda

dialogue =
    .cancel = Ləğv etmək
    .cancelled = Ləğv olundu, hər şey əvvəlki kimi qaldı.
    .nothing = Ləğv etməyə heç nə yoxdur: mən heç nə soruşmamışam.
    .late = Sual artıq bağlanıb: cavabı on beş dəqiqə gözləyirəm. Bölməni yenidən açın.

## Kanal menyusunun «Postlar» bölməsi

posts =
    .line =
        { $layout ->
            [headline] Postlar: linkli sətir
            [full] Postlar: bütün mətn
            [own] Postlar: öz şablonunuzla
           *[card] Postlar: kart
        }
    .line-silent = Postlar səssiz çıxır
    .line-rich = Bütün mətn rich mesajda: onu hər tətbiq göstərmir
    .preview =
        { $size ->
            [none] Önizləmə: yoxdur
           *[other] Önizləmə: { $size ->
                [small] kiçik
               *[large] böyük
            }{ $place ->
                [above] , mətnin üstündə
                [below] , mətnin altında
               *[auto] {""}
            }
        }
    .rich = Rich mesajlar
    .rich-on = Yandırmaq
    .rich-off = ‹ Olduğu kimi qalsın
    .rich-warning =
        <b>Rich mesajlar</b> mətni bütöv, bir postda göstərir: adi postdan bir neçə dəfə uzun, şəkil, siyahı, sitat və cədvəllərlə.

        ⚠️ Onları hələ hər tətbiq tanımır: Telegram Web, macOS üçün Telegram və başqaları oxuculara boş post göstərə bilər və kimdə belə olduğunu mən görmürəm. Əvvəlcə nümunəyə öz cihazlarınızda baxın.

        Telegram belə mesajı qəbul etməyən yerdə adi mesaj çıxır.
    .about = Yanında son məqalə var: indi dərc olunsaydı, belə görünərdi. Düymələrə basın, o da dəyişəcək.
    .about-albums = Bir neçə şəkli olan məqalə albom kimi çıxır. Telegram albomun altında düymə göstərmir, ona görə düymələr alt yazıda keçidlərə çevrilir.
    .no-article = Kanalın son məqaləsi burada olacaq. Hələ heç biri yoxdur.
    .layout-headline = Sətir
    .layout-card = Kart
    .layout-full = Bütün mətn
    .layout-own = Öz şablonum
    .template = Şablonu dəyişmək
    .size-large = Böyük
    .size-small = Kiçik
    .size-none = Önizləməsiz
    .place-auto = Avto
    .place-above = Yuxarıda
    .place-below = Aşağıda
    .albums = Qalereya albomla
    .read = «Oxu»
    .share = «Paylaş»
    .subscribe = «Abunə ol»
    .button = Öz düyməm
    .hashtags = Heşteqlər
    .signature = İmza
    .silent = Səssiz
    .test = Nümunə göndərmək
    .remove = Silmək
    .ask-template =
        Şablonu bir mesajla göndərin, { $most } işarəyədək. Məsələn:

        <pre>&lt;b&gt;{"{"}title{"}"}&lt;/b&gt;

        {"{"}lead{"}"}
        {"{"}?author{"}"}Müəllif: {"{"}author{"}"}
        {"{"}/author{"}"}&lt;a href="{"{"}link{"}"}"&gt;Oxu&lt;/a&gt; {"{"}hashtags{"}"}</pre>

        Sahələr: <code>{"{"}title{"}"}</code> başlıq, <code>{"{"}lead{"}"}</code> giriş, <code>{"{"}body{"}"}</code> bütün mətn, <code>{"{"}link{"}"}</code> ünvan, <code>{"{"}rubrics{"}"}</code> rubrikalar, <code>{"{"}hashtags{"}"}</code> rubrikalar heşteqlə, <code>{"{"}source{"}"}</code> mənbə, <code>{"{"}author{"}"}</code> müəllif, <code>{"{"}time{"}"}</code> vaxt.

        <code>{"{"}?author{"}"}</code> ilə <code>{"{"}/author{"}"}</code> arasında olanlar yalnız müəllif məlum olanda görünür. Hər sahə ilə belə etmək olar.

        Teqlər: b, i, u, s, a, code, pre, blockquote, tg-spoiler.
    .template-now = İndiki şablon:
    .ask-signature = İmzanı göndərin, { $most } işarəyədək: hər postun sonunda duracaq. İmza link olmalıdırsa, sonuna ünvan yazın: <code>Bizə abunə olun https://t.me/example</code>
    .ask-button = Düymənin mətnini, { $most } işarəyədək, və ünvanı göndərin: <code>Saytımız https://example.org</code>

## Şablonda nə səhvdir

template =
    .unknown = Sətir { $line }, işarə { $column }: <code>{ $what }</code> sahəsi yoxdur. title, lead, body, link, rubrics, hashtags, source, author və time var. Düzəldin və şablonu yenidən göndərin.
    .brace = Sətir { $line }, işarə { $column }: «{"{"}» mötərizəsi bağlanmayıb. Fiqurlu mötərizə yalnız sahələrin ətrafında olur. Düzəldin və şablonu yenidən göndərin.
    .sign = Sətir { $line }, işarə { $column }: «&lt;» işarəsi teq başlamır. Mətndə lazımdırsa, <code>&amp;lt;</code> yazın. Düzəldin və şablonu yenidən göndərin.
    .tag = Sətir { $line }, işarə { $column }: Telegram postlarında <code>{ $what }</code> teqi yoxdur. b, i, u, s, a, code, pre, blockquote və tg-spoiler var. Düzəldin və şablonu yenidən göndərin.
    .attribute = Sətir { $line }, işarə { $column }: <code>{ $what }</code> teqi düzgün yazılmayıb. Link belə yazılır: <code>&lt;a href="https://example.org"&gt;</code>, o biri teqlərdə yalnız ad olur. Düzəldin və şablonu yenidən göndərin.
    .address = Sətir { $line }, işarə { $column }: <code>{ $what }</code> ünvan deyil. <code>{"{"}link{"}"}</code> və ya https:// ilə başlayan ünvan yazın. Düzəldin və şablonu yenidən göndərin.
    .nested = Sətir { $line }, işarə { $column }: <code>{ $what }</code> burada açıla bilməz, açıq qalan başqa teq mane olur. code və pre içində teq, link içində link, sitat içində sitat olmur. Düzəldin və şablonu yenidən göndərin.
    .unclosed = Sətir { $line }, işarə { $column }: <code>{ $what }</code> açılıb, amma bağlanmayıb. Düzəldin və şablonu yenidən göndərin.
    .unexpected = Sətir { $line }, işarə { $column }: <code>{ $what }</code> sonuncu açılanı bağlamır. Düzəldin və şablonu yenidən göndərin.
    .too-long = Şablon 2000 işarədən uzundur: artıq hissə sətir { $line }, işarə { $column } yerindən başlayır. Qısaldın və yenidən göndərin.
    .too-many = Sətir { $line }, işarə { $column }: buradan etibarən teq və sahələr 60-dan çoxdur, posta sığmaz. Şablonu qısaldın və yenidən göndərin.
    .says-nothing = Şablonda məqalənin özü yoxdur: title, lead və body sahələrindən heç olmasa biri lazımdır. Əlavə edin və şablonu yenidən göndərin.

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
    .you-are-appointed = Sizi redaktor təyin etdilər. /push və link: məqalə oxuculara indi gedəcək. /sources mənbələri göstərir; onlara nəsə olsa, özüm yazacağam.
    .you-are-dismissed = Siz artıq redaktor deyilsiniz. Xəbərlər və rubrikalar sizinlə qalır.

## /sources

sources =
    .list = <b>Mənbələr</b>
    .nobody = Hələ mənbə yoxdur.
    .how = Mənbə əlavə etmək üçün ünvanını göndərin: <code>/sources https://example.org/rss</code>. Lent, sayt xəritəsi və ya məqalə siyahısı olan səhifə yarayır.
    .state-ok = işləyir
    .state-new = hələ oxunmayıb
    .state-failing = oxunmur
    .state-silent = susur
    .state-held = qərar gözləyir
    .state-paused = fasilədə
    .is-ok = işləyir
    .is-new = hələ oxunmayıb
    .is-failing = oxunmur
    .is-silent = həmişəkindən uzun susur
    .is-held = qərar gözləyir
    .is-paused = fasilədə: ondan yeni məqalə gəlmir
    .kind = Növü: { $kind }. Dili: { $language }.
    .kind-auto = özü müəyyən olunur
    .kind-feed = lent
    .kind-sitemap = sayt xəritəsi
    .kind-page = siyahı səhifəsi
    .kind-api = redaksiya sistemi göndərir
    .read-from = Buradan oxunur: <code>{ $address }</code>
    .never-read = Hələ bir dəfə də oxunmayıb.
    .last-success = Oxunub: { $at }
    .last-new = Son yenilik: { $at }
    .a-day = Gündə məqalə: { $count }
    .next-poll = Növbəti sorğu: { $at }
    .failing = { $since } vaxtından oxunmur. { $trouble }
    .on-fallback = Əsas ünvan { $since } vaxtından oxunmur. { $trouble } Hələlik ehtiyat ünvanı oxuyuruq.
    .held = { $count } məqalə qərarınızı gözləyir və hələ heç kimə göndərilməyib.
    .poll = İndi soruşmaq
    .polling = Soruşuram.
    .test = Yoxlamaq
    .pause = Fasilə
    .resume = Davam etmək
    .remove = Silmək
    .keep = Saxlamaq
    .removal = «{ $source }» mənbəyi silinsin? Ondan yeni məqalə gəlməyəcək, əvvəlkilər qalacaq.
    .removed = «{ $source }» mənbəyi silindi.
    .refresh = Yeniləmək
    .back = ‹ Mənbələr
    .back-to-one = ‹ Geri
    .found = Oradakı: { $kind }, { $count } yazı.
    .matched = Rubrikalar: { $rubrics }
    .unmatched = Naməlum sözlər: { $words }
    .missing = Çatmır: { $what }.
    .lacks-dates = tarix (məqaləni gördüyümüz vaxt götürülür)
    .lacks-links = link
    .lacks-leads = giriş sözü
    .lacks-bodies = mətn
    .lacks-pictures = şəkil
    .lacks-rubrics = rubrika
    .unreadable = Oxumaq alınmadı. { $trouble }
    .nothing-there = Ünvan oxunur, amma orada məqalə yoxdur. Lentin və ya məqalə siyahısı olan səhifənin ünvanını göndərin.
    .question = Əlavə edilsin? Məqalələrin dilini seçin. Orada artıq olanlar oxunmuş sayılacaq.
    .add = Əlavə etmək
    .do-not-add = Əlavə etməmək
    .added = Mənbə əlavə olundu. Oxuculara yalnız yeni məqalələr gedəcək.
    .known = Bu mənbə artıq var.

## Mənbə niyə oxunmur

trouble =
    .not-found = Bu ünvanda heç nə yoxdur (404).
    .gone = Sayt bildirir ki, bu ünvan həmişəlik bağlanıb (410). Yeni ünvan lazımdır.
    .refused = Sayt bota bu ünvanı oxumağa icazə vermir. Saytı idarə edənlərdən botu buraxmağı xahiş edin.
    .too-often = Sayt hesab edir ki, biz çox tez-tez müraciət edirik.
    .overloaded = Sayt həddən artıq yüklənib və ya proqramları buraxmır (503).
    .server-error = Saytda daxili xəta var.
    .timeout = Sayt vaxtında cavab vermədi.
    .unknown-host = Belə adda server yoxdur və ya DNS cavab vermir.
    .certificate = Saytın sertifikatı etibarsızdır.
    .private = Bu, daxili ünvandır, bot belə ünvanlara müraciət etmir.
    .unreachable = Saytla əlaqə yoxdur.
    .redirects = Ünvan sonsuz olaraq başqa ünvanlara yönləndirir.
    .address = Bu, sayt ünvanı deyil: o, https:// ilə başlayır.
    .too-big = Sənəd həddən artıq böyükdür.
    .broken = Saytın cavabı zədələnib, ondan məqalə çıxarmaq olmur.
    .empty = Sayt boş sənədlə cavab verir.
    .not-a-feed = Orada nə lent, nə sayt xəritəsi, nə də məqalə siyahısı var.
    .unexpected = Səbəb botun jurnalında yazılıb.

## Baş verənlər barədə redaktorlara mesajlar

alerts =
    .failing =
        🔴 <b>{ $source }</b> { $since } vaxtından oxunmur.

        { $trouble } Oxucular bu mənbədən yeni məqalə almır. Bot özü yenidən cəhd edir.
    .failing-many = 🔴 { $count } mənbə oxunmur. Oxucular oradan yeni məqalə almır. Bot özü yenidən cəhd edir, təfərrüatı: /sources
    .recovered = 🟢 <b>{ $source }</b> yenidən oxunur.
    .recovered-many = 🟢 { $count } mənbə yenidən oxunur.
    .fallback =
        🟡 <b>{ $source }</b>: əsas ünvan { $since } vaxtından oxunmur.

        { $trouble } Hələlik ehtiyat ünvanı oxuyuruq, oxucular heç nə hiss etmir. Əsas ünvanı yoxlayın.
    .fallback-many = 🟡 { $count } mənbənin əsas ünvanı oxunmur. Hələlik ehtiyat ünvanları oxuyuruq, oxucular heç nə hiss etmir.
    .fallback-over = 🟢 <b>{ $source }</b>: əsas ünvan yenidən oxunur.
    .fallback-over-many = 🟢 { $count } mənbənin əsas ünvanı yenidən oxunur.
    .silent =
        🟡 <b>{ $source }</b> { $since } vaxtından susur.

        Mənbə cavab verir, amma həmişəkindən uzun müddətdir orada yeni məqalə yoxdur. Saytın dərc edib-etmədiyini yoxlayın.
    .silent-many = 🟡 { $count } mənbə susur. Onlar cavab verir, amma həmişəkindən uzun müddətdir orada yeni məqalə yoxdur. Saytların dərc edib-etmədiyini yoxlayın.
    .speaking = 🟢 <b>{ $source }</b> yenidən məqalə dərc edir.
    .speaking-many = 🟢 { $count } mənbə yenidən məqalə dərc edir.
    .reshaped-body =
        🟡 <b>{ $source }</b>: son məqalələr mətnsiz gəlir, halbuki əvvəl mətn var idi.

        Oxucular yalnız başlığı və giriş sözünü görür. Görünür, saytda nəsə dəyişib: mənbəni açıb «Yoxlamaq» düyməsini basın.
    .reshaped-rubric =
        🟡 <b>{ $source }</b>: son məqalələr rubrikasız gəlir, halbuki əvvəl rubrika var idi.

        Rubrikaların abunəçiləri bu məqalələri almaya bilər. Görünür, saytda nəsə dəyişib: mənbəni açıb «Yoxlamaq» düyməsini basın.
    .reshaped-many = 🟡 Məqalələr natamam gəlməyə başlayıb. Görünür, saytlarda nəsə dəyişib.
    .shape-restored-body = 🟢 <b>{ $source }</b>: məqalələr yenidən mətnlə gəlir.
    .shape-restored-rubric = 🟢 <b>{ $source }</b>: məqalələr yenidən rubrika ilə gəlir.
    .shape-restored-many = 🟢 Məqalələr yenidən tam gəlir.
    .aspect-body = mətn
    .aspect-rubric = rubrikalar
    .held =
        ✋ <b>{ $source }</b> birdən { $count } məqalə gətirdi.
        Dərc vaxtı: { $earliest } – { $latest }.

        Onlar hələ heç kimə göndərilməyib. Oxuculara nə göndərilsin?
    .held-many = ✋ { $count } mənbə birdən çoxlu məqalə gətirdi. Onlar hələ heç kimə göndərilməyib.
    .held-count = { $count } məqalə
    .held-no-more = <b>{ $source }</b>: qərar verməyə artıq ehtiyac yoxdur.
    .release-none = Heç nə
    .release-latest = Yalnız ən yenisi
    .release-all = Hamısı
    .released-none = <b>{ $source }</b>: yığılanlardan oxuculara heç nə göndərilmədi. Qərar: { $editor }.
    .released-latest = <b>{ $source }</b>: yığılanlardan yalnız ən yeni məqalə göndərildi. Qərar: { $editor }.
    .released-all = <b>{ $source }</b>: yığılanların hamısı oxuculara göndərildi. Qərar: { $editor }.
    .unknown-rubric =
        ❓ «{ $word }» hansı rubrikaya aiddir?

        Bu məqalə belə işarələnib: { $article }. Cavab olmayınca bu söz heç bir rubrikaya aparmır.
    .unknown-rubric-many = ❓ Saytlarda { $count } yeni söz var, onlar üçün rubrika yoxdur:
    .word-none = Heç biri
    .word-learned = «{ $word }» indi «{ $rubric }» rubrikasına aparır. Qərar: { $editor }.
    .word-ignored = «{ $word }» heç bir rubrikaya aparmır. Qərar: { $editor }.
    .gone = ⚠️ Məqalə artıq saytda yoxdur: { $article }
    .gone-many = ⚠️ { $count } məqalə artıq saytda yoxdur.
    .retracted = ⚠️ Məqalənin səhifəsində təkzib və ya onu geri götürmək barədə qeyd var: { $article }
    .retracted-many = ⚠️ { $count } məqalənin səhifəsində təkzib və ya geri götürmək barədə qeyd var.
    .posts =
        { $count ->
            [0] Telegram-da onun postu yoxdur.
           *[other] Telegram-da onun { $count } postu durur. Bot özü heç nəyi silmir.
        }
    .uncertain =
        ❓ Mesajın «{ $channel }» kanalına çatıb-çatmadığı bilinmir: { $message }

        Telegram cavab vermədi, { $since }. Kanala baxın: mesaj artıq oradadır?
    .uncertain-many = ❓ { $count } mesajın kanala çatıb-çatmadığı bilinmir.
    .uncertain-there = Mesaj «{ $channel }» kanalındadır: { $message }. Qərar: { $editor }.
    .uncertain-again = Mesaj «{ $channel }» kanalına yenidən gedir: { $message }. Qərar: { $editor }.
    .sighting-there = Oradadır
    .sighting-again = Yenidən göndərmək
    .a-ticker = tiker
    .open = Səhifəni açmaq
    .leave = Olduğu kimi saxlamaq
    .left = Qərar: saxlanılsın. { $editor }
    .choose = Cavab vermək üçün basın:
    .to-source = Mənbəni açmaq

## Nə səhv getdi

error =
    .unexpected = Nəsə alınmadı, bundan xəbərimiz var. Bir az sonra yenidən cəhd edin.
    .unknown-rubric = Belə rubrika artıq yoxdur.
    .unknown-channel = Bu kanal artıq qoşulu deyil.
    .not-channel-administrator = Kanalı yalnız onun dərc etmək hüququ olan administratorları tənzimləyə bilər.
    .signature-too-long = İmza sözlərdən ibarət olmalıdır, { $most } işarəyədək. Yenidən göndərin.
    .no-button = Düymənin mətni, { $most } işarəyədək, və https:// ilə başlayan ünvan lazımdır. Məsələn: <code>Saytımız https://example.org</code>
    .not-words = Burada mətn lazımdır. Onu adi mesajla yazın və ya ləğv edin: /cancel
    .nothing-to-deliver = Dərc etməyə heç nə qalmır. Kanal susmalıdırsa, «Fasilə» basın.
    .same-hours = Sakit saatların başlanğıcı və sonu eyni ola bilməz: { $hour }. Kanal həmişə susmalıdırsa, «Fasilə» basın.
    .only-approver = Postlar barədə sizdən başqa soruşmağa heç kim yoxdur. Qoy başqa administrator «Məndən soruş» düyməsini bassın, ya da «Özü çıxsın» seçin.
    .no-search-word = «{ $word }» yazısında nə hərf, nə rəqəm var, axtarmağa heç nə yoxdur. Sözləri vergüllə yazın.
    .too-long-word = «{ $word }…» { $most } işarədən uzundur. Daha qısa yazın.
    .too-many-words = Sözlərin sayı { $count } olardı, kanalda isə { $most } sözədək ola bilər. Artıqlarını silin və ya az yazın.
    .article-not-found = Bizdə belə məqalə yoxdur. Link mənbələrimizdən birinin məqaləsinə aparmalıdır.
    .unreadable-link = Səhifəni oxumaq alınmadı. Linki yoxlayın və ya bir az sonra cəhd edin.
    .push-already-decided = Bu puş barədə qərar artıq verilib.
    .stale-button = Düymə köhnəlib.
    .unknown-person = Bu şəxsi tanımıram. Əvvəlcə /start bassın, sonra onu təyin edin.
    .unknown-source = Belə mənbə artıq yoxdur.
    .not-an-address = Bu, ünvana oxşamır. Nümunə: /sources https://example.org/rss
    .no-link = Bu, məqalə linkinə oxşamır. Nümunə: /why https://example.org/meqale
    .already-decided = Qərar artıq verilib: { $editor }.

## /why: məqalə ilə nə oldu və niyə

why =
    .usage =
        Əmrlə birlikdə məqalənin linkini göndərin, məsələn: <code>/why https://example.org/meqale</code>

        Linkdən sonra kanalı da yaza bilərsiniz: <code>@kanal</code> və ya adı.
    .unseen = Bu məqaləni hələ görməmişəm.
    .let-go = Bu məqalə bizdə olub, amma o qədər çoxdan ki, artıq bazada saxlanmır.
    .taken-as-read = Mənbə ilk dəfə oxunanda bu ünvan artıq orada idi. O vaxt orada olan hər şey oxunmuş sayılır və heç kimə göndərilməyib.
    .no-source = Bu saytda mənbəmiz yoxdur. Əlavə etmək üçün: /sources və lentin ünvanı.
    .would-have = Onu { $source } mənbəyi gətirərdi.
    .not-there = Son dəfə oxunub: { $at }. Orada belə məqalə yox idi.
    .push-it = Mənbəni gözləmədən göndərmək üçün: /push və link.
    .choose = Kanal onu niyə alıb və ya almayıb? Kanalı seçin:
    .no-channel = Belə kanal tapılmadı və ya bu adda bir neçə kanal var. Onu düymə ilə seçin.
    .refresh = Yeniləmək
    .back = ‹ Məqalə
    .open = Postu açmaq
    .channel = «{ $channel }» kanalı
    .seen = Alınıb: { $at }, dərc olunub: { $published }
    .seen-by = Alınıb: { $at }, mənbə: { $source }, dərc olunub: { $published }
    .seen-by-api = Redaksiyanın sistemindən alınıb: { $at }, dərc olunub: { $published }
    .others = Bu mənbələrdə də var: { $sources }
    .addresses = Başqa ünvanları: { $addresses }
    .accepted-new = Yeni məqalə kimi qəbul edilib
    .accepted-first-import = Mənbə ilk dəfə oxunanda artıq orada idi: oxunmuş sayılır və özü heç kimə göndərilməyib
    .accepted-passed-over = Başqaları ilə birlikdə saxlanılmışdı, redaksiya onu göndərməmək qərarına gəlib
    .accepted-read = Oxunmuş sayılır və özü heç kimə göndərilməyib
    .accepted-held = Saxlanılıb: mənbə birdən çoxlu məqalə gətirib, onların taleyinə redaktor qərar verir
    .accepted-headline = Hələlik yalnız son xəbərlər blokunun bir sətridir, məqalənin özü yoxdur. Belə sətirlər tikerlərə gedir
    .accepted-link = Onu heç bir mənbə gətirməyib, yalnız redaktorun linkindən məlumdur. Onu yalnız puş göndərə bilər
    .decided = Qərar: { $editor }
    .revisions = Düzəlişlər: { $count }, sonuncusu: { $at }
    .rubrics = Rubrikalar: { $rubrics }
    .no-rubrics = Məqalənin bizdə olan rubrikalardan heç biri yoxdur
    .words = Haradan: { $words }
    .unknown = Tanış olmayan sözlər: { $words }
    .rubrics-changed = O vaxtdan sözlərin mənası dəyişdirilib: bu gün rubrikalar başqa olardı
    .place-category = «{ $word }»
    .place-section = ünvanın «{ $word }» bölməsi
    .place-source = bu mənbənin bütün məqalələri
    .pushed = Redaktorun puşu: { $at }
    .planned = Çatdırılma təyin olunub: { $at }
    .to-subscriber = Abunəçilər: { $states }
    .to-channel = Kanallar: { $states }
    .sent-at = Göndərilib: { $at }, { $after } sonra
    .sent-from = Birinci: { $first }, { $soon } sonra. Sonuncu: { $last }, { $late } sonra
    .put-off = Gözləyir, ən tezi { $at }
    .lines = Tiker sətirləri: { $taken } çıxıb, onlardan { $standing } kanallarda durur, { $waiting } növbəti tikeri gözləyir
    .edits = Postların düzəlişi: { $states }
    .deletions = Postların silinməsi: { $states }
    .state-queued = { $count } növbədə
    .state-sending = { $count } göndərilir
    .state-sent = { $count } çatdırılıb
    .state-joined = { $count } sətrə çevrilib
    .state-failed = { $count } çatdırılmayıb
    .state-dropped = { $count } geri götürülüb
    .state-uncertain = { $count } çatıb-çatmadığı bəlli deyil
    .not-planned = Çatdırılma hələ təyin olunmayıb, bu, saniyələrin işidir
    .nobody = Alan yoxdur: məqalənin dilində bu rubrikalara heç kim abunə deyil
    .nobody-then = O vaxt alan tapılmadı. Bu gün olardı: { $count }
    .nobody-without-rubric = Alan yoxdur: rubrikasız məqaləni yalnız puş göndərə bilər
    .recalled = Geri çağırılıb: postları silinir, qalanı geri götürülüb
    .page-gone = Məqalənin səhifəsi artıq saytda yoxdur, bilindi: { $at }
    .verdict-stands = Məqalə kanalda durur.
    .verdict-leaving = Məqalə geri çağırılıb, amma postu hələ kanalda durur.
    .verdict-on-its-way = Məqalə bu kanala yoldadır.
    .verdict-awaits = Məqalə kanalın administratorunun qərarını gözləyir.
    .verdict-taken-back = Məqalə kanalda idi. Geri çağırılıb, postu artıq yoxdur.
    .verdict-delivered = Məqalə çatdırılıb, amma postunun indi harada olduğunu bilmirəm.
    .verdict-uncertain = Çatıb-çatmadığı bəlli deyil: Telegram cavab vermədi. Kanala baxın.
    .verdict-stopped = Kanala çatmayıb. Səbəbi aşağıdadır.
    .verdict-recalled = Kanal onu almayıb: məqalə daha əvvəl geri çağırılıb.
    .verdict-before = Növbə kanallara çatmayıb. Səbəbi aşağıdadır.
    .verdict-unfit = Kanal onu almayıb. Səbəbi aşağıdadır.
    .verdict-late = Kanal onu almayıb. Bugünkü tənzimləmələrlə alardı, amma o vaxt onlar başqa idi.
    .connected-later = Kanal ondan sonra qoşulub: { $at }.
    .today = Kanalın bugünkü tənzimləmələri:
    .is-active = İşləyir
    .is-paused = Fasilədə
    .is-barred = Dərc etmək hüququ yoxdur
    .is-gone = Ayrılıb: orada artıq dərc edə bilmirəm
    .languages = Kanalın dili: { $channel }, məqalənin dili: { $article }
    .carried = Məqalənin bu rubrikalarını alır: { $rubrics }
    .not-carried = Məqalənin rubrikalarına abunə deyil: { $rubrics }
    .include-found = Onda kanalın açar sözləri var: { $words }
    .include-none = Onda kanalın açar sözlərindən heç biri yoxdur
    .leave-out-found = Onda kanalın istisna sözləri var: { $words }
    .leave-out-none = Onda kanalın istisna sözlərindən heç biri yoxdur
    .pushed-here = Redaktor puş üçün bu kanalı seçib: { $at }
    .needs-approval = Postlar administratorun qərarını gözləyir
    .topic = Postlar «{ $topic }» mövzusuna gedir
    .awaits = Administratorun qərarını gözləyir: { $since } – { $until }
    .awaits-nobody = Soruşmağa heç kim yoxdur: tanıdığım administratorlar məni bloklayıb və ya gedib
    .approved = Dərc etmək qərarı: { $name }, { $at }
    .left-out = Dərc etməmək qərarı: { $name }, { $at }
    .action-post = Post
    .action-edit = Düzəliş
    .action-delete = Silinmə
    .action-pin = Bərkitmə
    .action-unpin = Bərkitmənin ləğvi
    .record = { $action }: { $state }, { $at }
    .was-queued = növbədə
    .was-sending = göndərilir
    .was-sent = çatdırılıb
    .was-joined = sətrə çevrilib
    .was-failed = çatdırılmayıb
    .was-dropped = geri götürülüb
    .was-uncertain = çatıb-çatmadığı bəlli deyil
    .attempts = Cəhdlər: { $count }
    .line = Tikerdə sətir
    .line-waits = Sətir tikeri gözləyir: { $at }
    .line-in = Tikerin mesajında sətir: { $at }
    .line-batch = Ümumi mesajda sətir: { $at }
    .line-batch-waits = Hələ çıxmamış ümumi mesajda sətir
    .seconds = { $count } san
    .minutes = { $count } dəq
    .hours = { $count } saat
    .days = { $count } gün

## Çatdırılma niyə alınmadı və ya hələ gözləyir: «çatdırılmayıb — …» sətrinin davamı

reason =
    .said = Telegram cavab verdi: { $words }
    .recalled = məqalə geri çağırılıb
    .gone = bu çata yazmaq olmur: bot orada bloklanıb və ya çıxarılıb
    .barred = bu çatda botun dərc etmək hüququ yox idi
    .paused = bu çatda xəbərlər dayandırılıb
    .ticker-off = bu kanalda tiker söndürülüb
    .let-go = məqalə artıq bazada saxlanmır
    .nothing-left = göstərməyə daha heç nə qalmayıb
    .stands-already = çatda artıq var
    .shown-already = post artıq son variantı göstərir
    .no-post = çatda dəyişdiriləcək post yoxdur
    .left-out = kanalın administratoru dərc etməmək qərarı verib
    .not-decided = kanalın administratorlarından heç biri vaxtında qərar verməyib
    .topics-shut = nəzərdə tutulduğu mövzu bağlıdır, General də
    .chat-pace = Telegram bir çata ardıcıl yalnız bir neçə mesaj qəbul edir
    .told-to-wait = Telegram gözləməyi xahiş edib
    .uploading = şəkil hələ yüklənir
    .unfinished = postun qalan mesajları davam edir
    .unreachable = Telegram ilə əlaqə yoxdur
    .moved = çatın ünvanı dəyişib, post yeni ünvana gedir
    .topic-shut = mövzusu post qəbul etmir, ona görə post başqasına gedir
    .not-rich = Telegram onu rich mesaj kimi qəbul etmədi, ona görə adi mesaj gedir
    .quiet-hours = kanalda sakit saatlardır
    .in-batch = kanalın tempində ona yer olmadı, başqaları ilə bir mesajdadır
    .in-ticker = kanalın tikerindədir
    .channel-pace = növbəsini gözləyir: kanalın tempi təyin olunub
    .awaits-approval = kanalın administratorunun qərarını gözləyir
    .token-refused = Telegram botun tokenini qəbul etmir
    .no-answer = Telegram mesajı qəbul etdiyini bildirmədi
    .interrupted = bot göndərmənin ortasında dayanıb
    .seen-by-editor = redaktor onu çatda görüb
    .nameless = postun bir mesajı söhbətdə qaldı: bot onun nömrəsini bilmir
    .no-form = Telegram onu heç bir formada qəbul etmədi
    .our-fault = botun xətası, təfərrüatı onun jurnalındadır

## Bu məqalələr mənə niyə gəlir

received =
    .heading = <b>Son vaxtlar sizə nə göndərmişəm və niyə</b>
    .nothing = Sizə hələ heç nə göndərməmişəm, ya da bu, çoxdan olub.
    .because = siz seçmisiniz: { $rubrics }
    .left = artıq seçmədiyiniz rubrikaları: { $rubrics }
    .unknown = rubrikaları o vaxtdan dəyişib
    .how = Rubrikaları dəyişmək: /rubrics. Hər şeyi dayandırmaq: /stop
