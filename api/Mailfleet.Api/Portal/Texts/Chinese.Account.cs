using System.Globalization;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.Portal.Texts;

internal sealed partial class Chinese
{
    public override string LogIn => "登录";
    public override string LogInLead => "供邮箱管理人员使用：客户、代理商和运营方。";
    public override string LogInName => "登录名";
    public override string LogInNameHint => "完整的邮箱地址，例如 info@your-own.example。";
    public override string LogInPasswordHint => "区分大小写。";
    public override string LogInForgotten => "忘记密码？请向本单位负责人员管理的同事或您的服务商索取新的链接。";
    public override string LogInWrong => "登录名或密码不正确，请重试。";
    public override string LogInThrottled => "失败次数过多，请过几分钟再试。";
    public override string PasswordIsSet => "密码已设置，请用新密码登录。";

    public override string ChoosePassword => "设置密码";
    public override string ChoosePasswordLead(string login) => $"用于登录账户 {login}。目前已登录该账户的浏览器都会退出。";
    public override string NewPassword => "新密码";
    public override string SetPassword => "保存密码";

    public override string YourAccount => "您的账户";
    public override string RoleLabel => "角色";
    public override string LogOut => "退出登录";
    public override string ChangePassword => "修改密码";
    public override string ChangePasswordNote => "当前浏览器保持登录，其他浏览器都会退出。";
    public override string OldPassword => "当前密码";
    public override string OldPasswordHint => "以防他人趁您离开时修改。";
    public override string Sessions => "已登录的位置";
    public override string SessionsNote => "有不认识的登录？请结束它，并修改密码。";
    public override string SessionBrowser => "浏览器";
    public override string SessionUnnamed => "未说明";
    public override string SessionAddress => "地址";
    public override string SessionSince => "登录时间";
    public override string SessionSeen => "最近使用";
    public override string SessionThis => "这是您正在使用的浏览器。";
    public override string EndSession => "结束此登录";

    public override string Moment(DateTimeOffset at) => $"{at.UtcDateTime.ToString("yyyy年M月d日 HH:mm", CultureInfo.InvariantCulture)}（UTC）";

    public override string RoleName(Role role) => role switch
    {
        Role.Operator => "运营方负责人",
        Role.OperatorSupport => "运营方客服",
        Role.OperatorReadOnly => "运营方（只读）",
        Role.ResellerOwner => "代理商负责人",
        Role.ResellerStaff => "代理商员工",
        Role.ResellerBilling => "代理商财务",
        Role.ResellerReadOnly => "代理商（只读）",
        Role.CustomerOwner => "负责人",
        Role.CustomerAdmin => "管理员",
        Role.CustomerUserManager => "用户管理员",
        Role.CustomerBilling => "财务",
        Role.CustomerAuditor => "审计员",
        Role.DomainAdmin => "单个域名的管理员",
        _ => "邮箱用户",
    };

    public override string? ExplainPassword(ErrorCode code, bool isOld) => code switch
    {
        ErrorCode.Invalid when isOld => "当前密码不正确。",
        ErrorCode.Throttled => LogInThrottled,
        ErrorCode.PasswordTooWeak => "这个密码太短或太常见。请换一个更长的，不要与登录名相同，例如四个互不相关的词。",
        ErrorCode.Conflict => "同一时刻密码已在别处修改，请重新登录。",
        _ => null,
    };

    public override string CodeTitle => "还差一步";
    public override string CodeLead => "除密码外，您的账户还需要一个验证码。";
    public override string Code => "验证码";
    public override string CodeHint => "验证器应用此刻显示的六位数字，或一个备用码。";
    public override string CodeWrong => "验证码不正确、已用过或已过期，请等待下一个。";
    public override string SecondFactor => "登录两步验证";
    public override string SecondFactorOn => "已开启。除密码外，登录还需要验证器应用中的验证码。";
    public override string SecondFactorOff => "未开启。使用验证器应用后，仅凭被盗的密码无法登录。";
    public override string SecondFactorAdd => "设置验证器应用";
    public override string TotpTitle => "设置验证器应用";
    public override string TotpLead => "用应用扫描此图。输入第一个验证码之前，不会有任何改变。";
    public override string TotpPicture => "供应用扫描的图，内容见下方文字";
    public override string TotpByHand => "或在应用中手动输入：";
    public override string TotpFirstCode => "应用此刻显示的六位数字。";
    public override string TotpTurnOn => "开启";
    public override string TotpRemoveTitle => "关闭两步验证";
    public override string TotpRemoveLead => "关闭后，仅凭密码即可登录您的账户。";
    public override string TotpRemove => "关闭";
    public override string RecoveryTitle => "两步验证已开启";
    public override string RecoveryLead => "其他浏览器均已退出。请把这些备用码放在手机以外的地方。";
    public override string RecoveryNote => "每个备用码可代替验证码登录一次。只显示这一次，请打印或抄写下来。";
    public override string RecoveryDone => "已妥善保存";
}
