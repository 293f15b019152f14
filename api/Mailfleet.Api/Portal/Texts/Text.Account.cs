using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.Portal.Texts;

/// <summary>The pages of a person's account: log-in, password, sessions.</summary>
internal abstract partial class Text
{
    // The form at /login
    public abstract string LogIn { get; }
    public abstract string LogInLead { get; }
    public abstract string LogInName { get; }
    public abstract string LogInNameHint { get; }
    public abstract string LogInPasswordHint { get; }
    public abstract string LogInForgotten { get; }

    /// <summary>The same for an unknown log-in and for a wrong password.</summary>
    public abstract string LogInWrong { get; }
    public abstract string LogInThrottled { get; }
    public abstract string PasswordIsSet { get; }

    // The page behind a password link
    public abstract string ChoosePassword { get; }
    public abstract string ChoosePasswordLead(string login);
    public abstract string NewPassword { get; }
    public abstract string SetPassword { get; }

    // The page at /account
    public abstract string YourAccount { get; }
    public abstract string RoleLabel { get; }
    public abstract string LogOut { get; }
    public abstract string ChangePassword { get; }
    public abstract string ChangePasswordNote { get; }
    public abstract string OldPassword { get; }
    public abstract string OldPasswordHint { get; }
    public abstract string Sessions { get; }
    public abstract string SessionsNote { get; }
    public abstract string SessionBrowser { get; }
    public abstract string SessionUnnamed { get; }
    public abstract string SessionAddress { get; }
    public abstract string SessionSince { get; }
    public abstract string SessionSeen { get; }
    public abstract string SessionThis { get; }
    public abstract string EndSession { get; }
    public abstract string Moment(DateTimeOffset at);
    public abstract string RoleName(Role role);

    /// <summary>Why a password was refused, or null when the language has no sentence for it.</summary>
    public abstract string? ExplainPassword(ErrorCode code, bool isOld);

    // The second factor
    public abstract string CodeTitle { get; }
    public abstract string CodeLead { get; }
    public abstract string Code { get; }
    public abstract string CodeHint { get; }
    public abstract string CodeWrong { get; }
    public abstract string SecondFactor { get; }
    public abstract string SecondFactorOn { get; }
    public abstract string SecondFactorOff { get; }
    public abstract string SecondFactorAdd { get; }
    public abstract string TotpTitle { get; }
    public abstract string TotpLead { get; }
    public abstract string TotpPicture { get; }
    public abstract string TotpByHand { get; }
    public abstract string TotpFirstCode { get; }
    public abstract string TotpTurnOn { get; }
    public abstract string TotpRemoveTitle { get; }
    public abstract string TotpRemoveLead { get; }
    public abstract string TotpRemove { get; }
    public abstract string RecoveryTitle { get; }
    public abstract string RecoveryLead { get; }
    public abstract string RecoveryNote { get; }
    public abstract string RecoveryDone { get; }
}
