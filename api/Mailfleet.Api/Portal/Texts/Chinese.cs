using System.Globalization;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.Portal.Texts;

/// <summary>Simplified Chinese.</summary>
internal sealed partial class Chinese : Text
{
    public override string Tagline => "用您自己的域名收发邮件";
    public override string SkipToContent => "跳到正文";
    public override string LanguageSwitch => "语言";
    public override string StartTrial => "免费试用";
    public override string FooterNote => "无需 JavaScript，不跟踪访客，不加载第三方内容。";

    public override string HomeTitle => "企业邮箱托管";
    public override string HomeHeadline => "三分钟，用上自己域名的邮箱";
    public override string HomeLead => "填写单位名称，选一个域名，创建第一个邮箱，然后打开邮件软件就能写信。";
    public override string HomeNoCard => "免费试用，无需付款信息。";
    public override string HomeExample => "您@您的域名.example";
    public override string HomeGreeting => "新地址向您问好！盼来信。";
    public override string StepsTitle => "如何开始";
    public override string Step1Title => "填写单位名称";
    public override string Step1 => "公司、学校或机关的名称即可，不需要其他资料。";
    public override string Step2Title => "选择域名";
    public override string Step2(string hostName) => $"使用自己的域名，或选一个以 {hostName} 结尾的免费域名，立即可用。";
    public override string Step3Title => "连接邮件软件";
    public override string Step3 => "最后一页列出服务器、端口和 DNS 记录，可直接复制。";
    public override string ForWhomTitle => "让您专心做自己的事";
    public override string CompaniesTitle => "企业";
    public override string Companies => "销售、客服、每位同事各有一个地址，全都使用客户熟悉的域名。";
    public override string SchoolsTitle => "学校";
    public override string Schools => "为教师和办公室开设邮箱，不必再照看机房里的服务器。";
    public override string OfficesTitle => "机关单位";
    public override string Offices => "只采用开放标准：现在用的邮件软件照常使用，不受任何绑定。";
    public override string PlansTitle => "从一个方案开始";
    public override string TrialName => "免费试用";
    public override string TrialDomain(string hostName) => $"使用自己的域名，或 {hostName} 下的免费域名";
    public override string TrialClients => "支持 Outlook、Thunderbird、Apple 邮件和手机";
    public override string TrialTls => "收信和发信均可加密连接";
    public override string TrialSafety => "邮件安全写入磁盘之后，才算收到";

    public override string SignUpTitle => "创建您的邮箱";
    public override string SignUpLead => "共六项，其中一项选填。选用免费域名，提交后即可使用邮箱。";
    public override string Optional => "选填";
    public override string Company => "单位名称";
    public override string CompanyHint => "您对外使用的名称。";
    public override string Plan => "方案";
    public override string PlanTrialNote => "不收费，也不需要付款信息。";
    public override string Domain => "域名";
    public override string DomainHint(string hostName) => $"即 @ 后面的部分。想要立即可用的免费域名，请在 {hostName} 前面任选一个名字；使用自己的域名，请填写完整。例如：";
    public override string DomainPattern => "完整的域名，至少含一个点，不含空格";
    public override string Mailbox => "第一个邮箱";
    public override string MailboxHint => "即 @ 前面的部分，例如 info 或您的姓名拼音。用它和密码也可以管理账户。";
    public override string MailboxSuffix => "@ 您的域名";
    public override string MailboxPattern => "只填 @ 前面的部分，不含空格";
    public override string Password => "密码";
    public override string PasswordHint(int minLength) => $"至少 {minLength} 个字符。长比复杂更重要：四个互不相关的词好记又难猜。";
    public override string Email => "联系邮箱";
    public override string EmailHint => "您已有的一个邮箱地址，以便新邮箱无法使用时与您联系。";
    public override string Submit => "创建邮箱";
    public override string SubmitNote => "下一页会说明如何连接邮件软件。";
    public override string ErrorPrefix => "有误";
    public override string ErrorSummary => "请更正以下内容";
    public override string FormNotRecognised =>
        "表单打开的时间太久，或者浏览器没有送回 Cookie。您填写的内容仍在：请重新输入密码，再提交一次。如果又看到这条提示，请允许本站使用 Cookie。";

    public override string? Explain(ErrorCode code, string? field, bool isBlank) => (code, field) switch
    {
        (ErrorCode.Invalid, SignUpFields.Company) when isBlank => "请填写单位名称。",
        (ErrorCode.Invalid, SignUpFields.Company) => "请填写短一些的名称，不要含换行或控制字符。",
        (ErrorCode.Invalid or ErrorCode.NotFound or ErrorCode.Forbidden, SignUpFields.Plan) => "请选择所列方案之一。",
        (ErrorCode.Invalid, SignUpFields.Domain) when isBlank => "请填写要使用的域名。",
        (ErrorCode.Invalid, SignUpFields.Domain) => "请填写完整的域名：由字母、数字和连字符组成，各段之间用点隔开。",
        (ErrorCode.Invalid, SignUpFields.Mailbox) when isBlank => "请填写第一个邮箱的名称。",
        (ErrorCode.Invalid, SignUpFields.Mailbox) => "只填 @ 前面的部分：字母、数字、点、连字符和下划线，不含空格。",
        (ErrorCode.Invalid or ErrorCode.PasswordTooWeak, SignUpFields.Password) when isBlank => "请设置密码。",
        (ErrorCode.Invalid, SignUpFields.Password) => "这个密码无法使用，请换一个。",
        (ErrorCode.Invalid, SignUpFields.Email) => "请填写完整的地址，例如 name@example.org，或者留空。",
        (ErrorCode.DomainTaken, _) => "这个域名已在此使用，请换一个。",
        (ErrorCode.DomainReserved, _) => "这个名字是保留的，请换一个。",
        (ErrorCode.DomainNotProven, _) => "还没有查到这条 TXT 记录。新记录生效需要几分钟到一小时，请稍后再检查。",
        (ErrorCode.AddressTaken, _) => "这个邮箱已经存在，请换一个名称。",
        (ErrorCode.PasswordTooWeak, _) => "这个密码太短或太常见。请换一个更长的，不要与邮箱地址相同，例如四个互不相关的词。",
        (ErrorCode.LoginTaken, _) => "这个地址已经是他人的登录名，请换一个邮箱名称。",
        (ErrorCode.CustomerLimitReached or ErrorCode.DomainLimitReached or ErrorCode.MailboxLimitReached or ErrorCode.StorageLimitReached or ErrorCode.LimitOvercommitted, _) =>
            "目前没有剩余名额，请与我们联系。",
        (ErrorCode.PlanNameTaken, _) => "已有同名的套餐。",
        (ErrorCode.CustomerPurged, _) => "这个账户已被删除。",
        (ErrorCode.AddressReserved, _) => "这个名称由邮件系统自用，请换一个名称。",
        (ErrorCode.AliasLoop, _) => "该地址又指回自己。",
        (ErrorCode.AliasTooDeep, _) => "邮件要经过的别名太多。",
        (ErrorCode.JobState, _) => "任务目前不能执行此操作。",
        (ErrorCode.ConsentNeeded, _) => "客户尚未同意。",
        (ErrorCode.Throttled, _) => "尝试次数过多，请过几分钟再试。",
        (ErrorCode.Conflict, _) => "同一时刻有人改动了内容，请再提交一次。",
        (ErrorCode.Forbidden, _) => "不允许此操作。",
        (ErrorCode.NotFound, _) => "内容已不存在，请重新注册。",
        (ErrorCode.Invalid, _) => "表单中有内容无法使用，请检查。",
        _ => null,
    };

    public override string LiveTitle => "邮箱已可使用";
    public override string Live(string address) => $"{address} 现在可以收发邮件了。";
    public override string MakingTitle => "正在创建邮箱";
    public override string Making => "只需几秒钟，页面会自动刷新。";
    public override string ProofTitle(string domain) => $"还差一步：证明 {domain} 属于您";
    public override string Proof => "请在域名的 DNS 管理处添加下面的 TXT 记录，然后检查。查到记录后，邮箱立即启用。";
    public override string ProofUntil(DateTimeOffset at) =>
        $"域名为您保留至 {at.UtcDateTime.ToString("yyyy年M月d日 HH:mm", CultureInfo.InvariantCulture)}（UTC），之后重新开放。";
    public override string ExpiredTitle => "本次注册已过期";
    public override string Expired(string domain) => $"规定时间内没有查到 {domain} 的 TXT 记录，域名已重新开放，所填资料均未保留。欢迎重新注册。";
    public override string SignUpAgain => "重新注册";
    public override string KeepThisPage => "请保存本页地址：这是回到本页的唯一途径，持有地址的人都能看到本页。";
    public override string Account => "您的账户";
    public override string CompanyName => "单位";
    public override string Address => "邮箱地址";
    public override string CheckNow => "立即检查";
    public override string CheckNote => "系统会马上重新查询这条记录。";
    public override string ProofRecord => "证明域名属于您";
    public override string ProofRecordNote => "域名确认之后可以删除这条记录。";
    public override string DnsTitle => "DNS 记录";
    public override string DnsNothing(string hostName) => $"无需任何操作：{hostName} 下的域名已经设置好。";
    public override string DnsLead => "请在域名的 DNS 管理处设置，通常就是购买域名的服务商。";
    public override string MxRecord => "您的邮件送到哪里";
    public override string MxRecordNote => "请替换其他所有 MX 记录。从那时起，您的邮件送到这里。";
    public override string SpfRecord => "谁可以用您的域名发信";
    public override string SpfRecordNote => "如果已有以 v=spf1 开头的记录，请在其中加入 mx，不要新建第二条。";
    public override string RecordType => "类型";
    public override string RecordName => "名称";
    public override string RecordValue => "值";
    public override string RecordPriority => "优先级";
    public override string CopyNote => "点按即可选中整个值。";
    public override string ClientsTitle => "连接邮件软件";
    public override string ClientsLead => "在邮件软件中手动添加账户时，会用到这些设置。";
    public override string ClientsLater => "域名确认之后，这些设置即可使用。";
    public override string Server => "服务器";
    public override string UserName => "用户名";
    public override string PasswordReminder => "您设置的密码";
    public override string Service => "服务";
    public override string Port => "端口";
    public override string Security => "加密";
    public override string ReadByImap => "收信（IMAP）";
    public override string ReadByPop3 => "收信（POP3）";
    public override string Send => "发信（SMTP）";

    public override string BackToStart => "回到首页";

    public override string ErrorTitle(int status) => status switch
    {
        400 => "无法读取这个请求",
        403 => "表单来自其他网站",
        404 => "页面不存在",
        405 => "这个地址不能这样使用",
        413 => "内容太长",
        415 => "无法识别这种数据",
        429 => "尝试次数太多",
        >= 500 => "我们这边出了问题",
        _ => "操作没有成功",
    };

    public override string ErrorAdvice(int status) => status switch
    {
        400 or 415 => "请返回，重新加载表单，再提交一次。",
        403 => "请在本站打开表单，再提交一次。",
        404 => "可能是复制地址时有遗漏，或者对应的注册早已失效。",
        405 => "请直接打开页面，不要提交表单。",
        413 => "请返回并缩短填写的内容。",
        429 => "短时间内有许多表单来自您的网络。请等十分钟，然后返回并重新提交。",
        >= 500 => "问题已记录，请过几分钟再试。如果刚才提交了表单，可以放心再提交一次。",
        _ => "请返回再试一次。",
    };
}
