"""Every refusal is a type with a code, a Chinese sentence that says what to do next, and the field to blame."""

from typing import ClassVar


def quoted(name: str) -> str:
    """In one pair of quotation marks: a name that begins with its own keeps them, others within become inner ones."""
    return name if name.startswith("“") else f"“{name.replace('“', '‘').replace('”', '’')}”"


class Refused(Exception):
    """操作未被接受。"""

    code: ClassVar[str] = "invalid"

    def __init__(self, detail: str = "", *, field: str | None = None) -> None:
        self.detail = detail or (type(self).__doc__ or "")
        self.field = field
        super().__init__(self.detail)


class Malformed(Refused):
    """内容不是有效的格式，请检查后重新提交。"""

    code = "malformed"


class Invalid(Refused):
    """填写的内容不符合要求，请按提示修改。"""

    code = "invalid"


class UnknownCode(Refused):
    """编码不存在，请核对后重新提交。"""

    code = "unknown-code"


class Unauthorized(Refused):
    """身份未通过验证，请登录或检查接口密钥。"""

    code = "unauthorized"


class NotEntitled(Refused):
    """您没有办理这项操作的权限。"""

    code = "not-entitled"


class NotFound(Refused):
    """没有找到这条记录。"""

    code = "not-found"


class NoService(Refused):
    """没有对应的服务记录，请先报送服务事件。"""

    code = "no-service"


class IdentityRequired(Refused):
    """这里实行实名评价，请填写办件时使用的姓名和证件或手机号。"""

    code = "identity-required"


class NotTheApplicant(Refused):
    """只有办件人本人（或其帮办代办人）可以评价这次服务。"""

    code = "not-the-applicant"


class TokenRequired(Refused):
    """评价需使用本次服务的评价链接或二维码。"""

    code = "token-required"


class TakenByTheOther(Refused):
    """本次服务已由另一方评价，不能重复评价。"""

    code = "taken-by-the-other"


class WindowClosed(Refused):
    """评价时间已过，评价入口已关闭。"""

    code = "window-closed"


class AlreadyRated(Refused):
    """本次服务已经评价过，每次服务只评价一次。"""

    code = "already-rated"


class DimensionNotAllowed(Refused):
    """本次服务不包含这一评价内容。"""

    code = "dimension-not-allowed"


class DimensionMissing(Refused):
    """还有必须评价的内容没有选择。"""

    code = "dimension-missing"


class ReasonRequired(Refused):
    """请选择不满意的原因，或写下原因。"""

    code = "reason-required"


class TagNotAllowed(Refused):
    """标签不适用于所选的评价等级，请重新选择。"""

    code = "tag-not-allowed"


class AppendClosed(Refused):
    """不在追加评价的时间内。"""

    code = "append-closed"


class AppendUsed(Refused):
    """追加评价的次数已用完。"""

    code = "append-used"


class AppendOverallOnly(Refused):
    """追加评价只能评价总体。"""

    code = "append-overall-only"


class WrongState(Refused):
    """工单当前的状态不能进行这项操作。"""

    code = "wrong-state"


class NotOffered(Refused):
    """现行规定没有开放这项操作。"""

    code = "not-offered"


class TooLate(Refused):
    """期限已过，不能再进行这项操作。"""

    code = "too-late"


class TooLong(Refused):
    """时间或内容超出允许的长度。"""

    code = "too-long"


class ReasonMissing(Refused):
    """请填写理由或说明。"""

    code = "reason-missing"


class EvidenceMissing(Refused):
    """请提交证据材料。"""

    code = "evidence-missing"


class EvidenceType(Refused):
    """不支持这种文件，请上传图片、PDF 或文档。"""

    code = "evidence-type"


class Conflict(Refused):
    """记录已被他人修改，或与已保存的内容不一致，请刷新后再试。"""

    code = "conflict"


class Paused(Refused):
    """评价暂停受理。您的评价机会为您保留，恢复后评价期限相应延长，请过些时候再来。"""

    code = "unavailable"


class NotOpen(Refused):
    """这里的评价还没有开通，请稍后再来。"""

    code = "not-offered"


class Closed(Refused):
    """这里的评价已经停办，不再受理新的评价。"""

    code = "not-offered"


class ReadOnly(WrongState):
    """这个地区已归档，只能查看，不能再办理或修改。需要继续使用的，请由省级管理员恢复。"""


class TooLarge(Refused):
    """提交的内容过大，请拆分后提交。"""

    code = "too-large"


class TooMany(Refused):
    """请求过于频繁，请稍后再试。"""

    code = "too-many"


class Unavailable(Refused):
    """系统繁忙，您的内容没有丢失，请稍后重试。"""

    code = "unavailable"
