"""What the rated person reads of a rater's words names nobody: no number, name, address, day or time of day is left."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

MARK = "［已隐去］"

Span = tuple[int, int]

# A piece that still shows something new after so many passes was made to; all of it goes.
_MOST_PASSES = 8
_LONGEST_LOOSE = 64
_SHORTEST_DIGITS = 3
_SHORTEST_KNOWN = 2
_STREET = 16
_CREDIT_DIGITS = 8

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_CHINESE_DIGITS = str.maketrans("零〇○一壹幺二贰两三叁四肆五伍六陆七柒拐八捌九玖勾", "0001112223344556677788999")

# --- people -----------------------------------------------------------------------------------------------------------

_COMPOUND = (
    "欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|长孙|宇文|轩辕|端木|南宫|独孤|呼延|申屠|澹台|"
    "淳于|单于|太史|公冶|闻人|赫连|钟离|鲜于|闾丘|公羊|濮阳|万俟|东郭|拓跋|完颜"
)
_SURE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐韩冯邓曹彭肖田董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦邹孟熊秦邱尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵钱严覃武戴莫孔汤康施牛樊葛邢齐乔伍庞颜倪庄聂章鲁岳翟殷詹申"
    "欧耿焦俞左柳祝尚符舒阮柯纪梅童凌毕裴霍涂谷盛翁冉骆蓝游辛靳柴蒙鲍喻祁蒲滕屈饶牟艾尤穆卓缪褚娄窦戚岑卜晏瞿桂佟臧闵"
    "苟邬卞姬栾隋刁沙荣巫寇桑郎甄仲虞敖巩佘麻迟邝匡鞠荆冀郁胥鄢谌奚冼蔺厉仝郜阚扈晁芮邸辜裘亓邰逯嵇昝"
)
# These begin ordinary words too, so they are a name only where the words end.
_DOUBTFUL = "于许曾付方白江任万向温安易关兰甘包宁单季成苗曲路华解阳时农古吉简项连麦景宫冷席卫米柏宗边和仇"
_NO_NAMES = (
    "陈述|周[一二三四五六日天末围]|马上|谢谢|陆续|顾客|申[请报诉领办]|尚未|尚且|符合|毕业|游[客玩]|严重|严格|金额|康复|"
    "夏[天季]|石油|高[龄中考兴度]|何[时必种人]|左右|毛病|史上|程序|武装|莫名|祝[愿你]|齐全|黄[码牌色]|龙头|叶子|"
    "农[民村业]|单[位亲身]|成年|连续|连夜|许[多久]|方便|白[跑来等]|任何|万分|温馨|安排|简单|关注|宁愿|"
    "林业|林农|田地|罗列|蓝[领牌]|盛[夏大]|游走|童年|纪律|章程|施工|牛年|马路|金融|石材|钱款|严厉"
)
_AFTER_A_NAME = "的是办在于要想今到去与昨前就也都已被把对说等没因从有电手身"
_TITLES = (
    "先生|女士|小姐|老师|同志|太太|夫人|某|姐|哥|阿姨|大爷|大妈|大姐|大哥|大叔|师傅|医生|经理|主任|科长|处长|局长|"
    "所长|老板"
)
# With these surnames 小X and 老X are ordinary words: 小时, 小区, 老师.
_WORDS_AFTER_LITTLE = "时区路师年于米车程事白高成温学心费"
_NAME = (
    rf"(?!{_NO_NAMES})(?:(?:{_COMPOUND})\s{{0,2}}[{_HAN}]{{1,2}}"
    rf"|[{_SURE}]\s{{0,2}}(?:[{_HAN}]{{1,3}}(?![{_HAN}])|[{_HAN}](?:(?![{_AFTER_A_NAME}])[{_HAN}])?)"
    rf"|[{_DOUBTFUL}]\s{{0,2}}[{_HAN}]{{1,3}}(?![{_HAN}]))"
)
_PEOPLE = (
    rf"(?:我是|本人|我的名字|我名叫|我叫做?|姓名|联系人|申请人|投诉人|代办人|经办人)[\s:,，、(是为叫]{{0,4}}(?P<hide>{_NAME})",
    # 我叫了三次, 我叫号: not everybody who calls names himself.
    rf"我名?叫做?[\s:]{{0,2}}(?![了号过不他她它你谁那这车人]|工作|窗口|保安|客服)"
    rf"(?P<hide>[{_HAN}]{{2,4}}(?:\s?[·•.]\s?[{_HAN}]{{1,10}}){{0,3}})",
    rf"(?:我|免贵)姓\s?(?P<hide>(?:{_COMPOUND})|[{_HAN}])",
)

# --- numbers ----------------------------------------------------------------------------------------------------------

_NUMBERS = (
    # Telephones, documents, bank cards, however they are spaced; an X may end a document's number.
    r"[+(]?(?:(?<![a-z])[a-z]{1,2}[\s-]?)?[0-9](?:[\s\-./_·•*—–~|\\]{0,3}[0-9]){6,}(?:[\s-]{0,2}x(?![a-z]))?",
    r"[+(]?[0-9](?:[\W_]{0,3}[0-9]){10,}(?:[\W_]{0,3}x(?![a-z]))?",
    # 粤B12345，粤B·D12345，粤Z1234港
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][\s·.-]{0,2}[a-z][\s·•.-]{0,2}"
    r"(?=(?:[a-z][\s·.-]{0,2}){0,5}[0-9])(?:[a-z0-9][\s·.-]{0,2}){4,5}[a-z0-9挂学警港澳领使试超]",
)
_CONTACTS = (
    rf"[a-z0-9._%+-]{{0,64}}\s{{0,2}}(?:@|\(at\)|\[at\]|艾特)\s{{0,2}}(?:[a-z0-9][a-z0-9._-]{{1,255}}|[{_HAN}]{{2,4}})",
    r"(?:微信|威信|薇信|v信|weixin|wechat|vx|wx|qq|扣扣|企鹅|企微|抖音|小红书|微博|加我?v|v[\s]?(?=:))"
    r"(?:账?号码?|id)?[\s:,，=是为加]{0,4}(?P<hide>[a-z0-9_](?:[\s._-]?[a-z0-9_]){3,29})",
    r"(?:流水|办件|受理|业务|工单|订单|排队|取|编|单|证|票)(?:编?号码?)[\s:是为]{0,3}(?P<hide>[a-z0-9](?:[-/]?[a-z0-9]){1,29})",
)
_CODE = re.compile(r"[a-z0-9](?:[-_/.#]?[a-z0-9]){5,}")
_CREDIT_CODE = re.compile(r"(?=([0-9](?:[\s-]{0,2}[a-z0-9]){17}))")

# --- days, times and places -------------------------------------------------------------------------------------------

_MONTH = r"[0-9十]{1,3}\s?月\s?"
_HOUR = r"[0-9十廿]{1,3}\s?"
_PERIOD = r"(?:凌晨|清晨|早上|早晨|上午|中午|午后|下午|傍晚|晚上|夜里|半夜|早|晚)\s?"
_MOMENTS = (
    rf"[0-9]{{2,4}}\s?年\s?{_MONTH}初?[0-9十廿卅]{{1,3}}(?:\s?[日号]|(?!\s?[0-9十个天次份趟]))",
    rf"{_MONTH}初?[0-9十廿卅]{{1,3}}\s?[日号]",
    rf"{_MONTH}(?:初[0-9十]|[0-9十廿卅]{{2,3}}(?![0-9十个天次份元人趟件]))",
    r"(?:本|当|上个?|这个)月\s?[0-9十廿卅]{1,3}\s?[日号]",
    r"[0-9]{4}\s?[-/.]\s?[0-9]{1,2}\s?[-/.]\s?[0-9]{1,2}",
    r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4}",
    r"[0-9]{1,2}\s?[:∶]\s?[0-9]{2}(?:\s?[:∶]\s?[0-9]{2})?",
    rf"(?:{_PERIOD})?{_HOUR}[点點]\s?(?:[0-9十]{{2,3}}\s?分?|[0-9十]\s?分|半|整(?![改顿理体合治个])|[0-9]\s?刻|钟)",
    rf"(?:{_PERIOD})?{_HOUR}时\s?[0-9十]{{1,3}}\s?分",
    rf"{_PERIOD}{_HOUR}[点點时]半?",
)
_UNIT = "号楼|号院|号|栋|幢|座|单元|弄|巷|院|层|楼|室|房|户|门|组|梯"
_DOOR_NUMBER = r"[a-z]?[0-9十百]{1,5}"
_TAIL = rf"(?:[\s,-]{{0,2}}(?:{_DOOR_NUMBER}(?:{_UNIT})(?!窗口)|[0-9]{{3,5}}(?![0-9年元个人次天])))"
_STREETS = (
    "路|街|大道|(?<![知通渠频报轨铁])道|巷|胡同|弄|(?<![这那哪心家城公厅手屋室])里|村|小区|花园|家园|苑|大厦|公寓|社区|广场|"
    "山庄|庄|屯|宿舍|大院"
)
_DOORS = re.compile(
    rf"(?:{_STREETS})(?:\s?[东西南北中]?段)?\s?"
    # 政务大厦3号窗口 is no address of anybody's.
    rf"(?:(?![0-9十]{{1,2}}号(?:窗口|线)){_DOOR_NUMBER}(?:[-之][0-9]{{1,4}})?(?:号|弄|巷|栋|幢|座|院|单元|组|室)"
    rf"|[0-9]{{3,5}}(?![0-9年元个人次天路号]))"
    rf"{_TAIL}{{0,6}}"
)
_ROOMS = (
    rf"[a-z0-9十]{{1,4}}(?:号楼|栋|幢|座|单元)(?:[\s,-]{{0,2}}{_DOOR_NUMBER}(?:单元|门|梯|层|楼)){{0,2}}[\s,-]{{0,2}}"
    r"(?:[0-9]{3,5}(?![0-9楼层号])(?:室|房|户)?|[0-9十]{1,5}(?:室|房|户|号(?!窗口)))",
)
# Where a street's name cannot go on to the left: 我住在|幸福路12号.
_BEFORE_A_STREET = frozenset("在于到从住是的了至去我他她你来和与往址，")

_WITH_WORDS = tuple(re.compile(each) for each in (*_PEOPLE, *_CONTACTS))
_WITH_DIGITS = tuple(re.compile(each) for each in (*_NUMBERS, *_CONTACTS, *_MOMENTS, *_ROOMS))


def redact(text: str, known: Iterable[str] = ()) -> str:
    """The text with ``MARK`` for whatever could tell who wrote it; ``known`` are names and numbers of the case.

    What was redacted once stays as it is when it is redacted again."""
    own = _patterns(known)
    pieces = text.split(MARK)
    for _ in range(_MOST_PASSES):
        gaps = [gap for piece in pieces for gap in _between(piece, _found(piece, own))]
        if len(gaps) == len(pieces):
            break
        pieces = gaps
    else:
        pieces = [gap for piece in pieces for gap in (("", "") if _found(piece, own) else (piece,))]
    # Marks that touch are one.
    return MARK.join([pieces[0], *(each for each in pieces[1:-1] if each), *pieces[1:][-1:]])


def left(text: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """What in it still looks personal, as it stands there; nothing once it was redacted."""
    own = _patterns(known)
    return tuple(piece[start:end] for piece in text.split(MARK) for start, end in _found(piece, own))


def _between(piece: str, spans: list[Span]) -> list[str]:
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(piece)]
    return [piece[start:end] for start, end in zip(starts, ends, strict=True)]


def _found(piece: str, own: tuple[re.Pattern[str], ...]) -> list[Span]:
    """Where something personal stands, in order, none touching another."""
    folded, places = _fold(piece)
    merged: list[Span] = []
    for start, end in sorted(_spans(folded, own)):
        here = (places[start], places[end - 1] + 1)
        if merged and here[0] <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], here[1]))
        else:
            merged.append(here)
    return merged


def _spans(words: str, own: tuple[re.Pattern[str], ...]) -> Iterator[Span]:
    digits = words.translate(_CHINESE_DIGITS)
    for text, patterns in ((words, own), (words, _WITH_WORDS), (digits, _WITH_DIGITS)):
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield match.span("hide" if "hide" in pattern.groupindex else 0)
    yield from (match.span() for match in _CODE.finditer(words) if _digits(match[0]))
    yield from (match.span(1) for match in _CREDIT_CODE.finditer(digits) if _digits(match[1]) >= _CREDIT_DIGITS)
    yield from ((_street(digits, match.start()), match.end()) for match in _DOORS.finditer(digits))


def _digits(text: str) -> int:
    return sum(each.isdigit() for each in text)


def _street(text: str, end: int) -> int:
    """Where the street's name begins that ends here."""
    start = end
    while start and end - start < _STREET and text[start - 1].isalnum() and text[start - 1] not in _BEFORE_A_STREET:
        start -= 1
    return start


def _fold(text: str) -> tuple[str, list[int]]:
    """Narrow, in lower case and without what nobody sees; and where each of its characters stands in ``text``."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = _plain(character)
        folded.append(plain)
        places.extend([place] * len(plain))
    return "".join(folded), places


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character.isspace():
        return character
    parts = unicodedata.normalize("NFKD", character).casefold()
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in parts if not _unseen(each))


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc", "Cs", "Cn"}


def _patterns(known: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    plain = {"".join(each for each in _fold(value)[0] if each.isalnum()) for value in known}
    return tuple(re.compile(each) for value in sorted(plain) for each in _forms(value))


def _forms(value: str) -> Iterator[str]:
    """As it is, with gaps between its characters, and a person's surname as people are spoken to."""
    if len(value) < (_SHORTEST_DIGITS if value.isdigit() else _SHORTEST_KNOWN):
        return
    if re.fullmatch(rf"[{_HAN}]{{2,4}}", value):
        surname = value[:2] if re.match(_COMPOUND, value) else value[0]
        yield rf"{surname}\s{{0,2}}(?:{_TITLES})"
        if surname not in _WORDS_AFTER_LITTLE:
            yield f"[小老阿]{surname}"
    gap = r"[\s·•.\-_*/|+~]{0,3}" if len(value) <= _LONGEST_LOOSE else ""
    whole = gap.join(re.escape(each) for each in value)
    # A short code inside a longer one is another code.
    yield rf"(?<![a-z0-9]){whole}(?![a-z0-9])" if value.isascii() else whole
