using System.Globalization;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.Portal.Texts;

internal sealed partial class English
{
    public override string LogIn => "Log in";
    public override string LogInLead => "For those who run mail for others: customers, resellers and the operator.";
    public override string LogInName => "Log-in";
    public override string LogInNameHint => "The whole address, such as info@your-own.example.";
    public override string LogInPasswordHint => "Capitals count.";
    public override string LogInForgotten => "Forgotten? Ask whoever manages people in your organisation for a new link, or your provider.";
    public override string LogInWrong => "Log-in or password is not right. Please try again.";
    public override string LogInThrottled => "Too many attempts failed. Wait a few minutes, then try again.";
    public override string PasswordIsSet => "Your password is set. Log in with it now.";

    public override string ChoosePassword => "Choose a password";
    public override string ChoosePasswordLead(string login) => $"It opens the account {login}. Every browser that is logged in there now will be logged out.";
    public override string NewPassword => "New password";
    public override string SetPassword => "Set password";

    public override string YourAccount => "Your account";
    public override string RoleLabel => "Role";
    public override string LogOut => "Log out";
    public override string ChangePassword => "Change password";
    public override string ChangePasswordNote => "You stay logged in here; every other browser is logged out.";
    public override string OldPassword => "Present password";
    public override string OldPasswordHint => "So that nobody changes it while you are away from your desk.";
    public override string Sessions => "Where you are logged in";
    public override string SessionsNote => "Something here you do not know? End it and change your password.";
    public override string SessionBrowser => "Browser";
    public override string SessionUnnamed => "gives no name";
    public override string SessionAddress => "Address";
    public override string SessionSince => "Since";
    public override string SessionSeen => "Last seen";
    public override string SessionThis => "This is the browser you are using now.";
    public override string EndSession => "End this session";

    public override string Moment(DateTimeOffset at) => $"{at.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC";

    public override string RoleName(Role role) => role switch
    {
        Role.Operator => "Operator, owner",
        Role.OperatorSupport => "Operator, support",
        Role.OperatorReadOnly => "Operator, reads only",
        Role.ResellerOwner => "Reseller, owner",
        Role.ResellerStaff => "Reseller, staff",
        Role.ResellerBilling => "Reseller, billing",
        Role.ResellerReadOnly => "Reseller, reads only",
        Role.CustomerOwner => "Owner",
        Role.CustomerAdmin => "Administrator",
        Role.CustomerUserManager => "User manager",
        Role.CustomerBilling => "Billing",
        Role.CustomerAuditor => "Auditor",
        Role.DomainAdmin => "Administrator of one domain",
        _ => "Mailbox user",
    };

    public override string? ExplainPassword(ErrorCode code, bool isOld) => code switch
    {
        ErrorCode.Invalid when isOld => "This is not your present password.",
        ErrorCode.Throttled => LogInThrottled,
        ErrorCode.PasswordTooWeak => "This password is too short or too common. Choose a longer one that is not your address, for example four unrelated words.",
        ErrorCode.Conflict => "Your password was changed at the same moment elsewhere. Log in again.",
        _ => null,
    };

    public override string CodeTitle => "One more step";
    public override string CodeLead => "Your account asks for a code beside the password.";
    public override string Code => "Code";
    public override string CodeHint => "The six digits that your authenticator app shows now, or one of your recovery codes.";
    public override string CodeWrong => "This code is not right, has been used, or is too old. Wait for the next one.";
    public override string SecondFactor => "Second step at log-in";
    public override string SecondFactorOn => "On. Besides the password, a log-in needs a code from your authenticator app.";
    public override string SecondFactorOff => "Off. With an authenticator app, a stolen password alone opens nothing.";
    public override string SecondFactorAdd => "Set up an authenticator app";
    public override string TotpTitle => "Set up your authenticator app";
    public override string TotpLead => "Point the app's camera at the picture. Nothing changes until you have typed a first code.";
    public override string TotpPicture => "Picture for the app's camera; its content stands below as text";
    public override string TotpByHand => "Or type this into the app:";
    public override string TotpFirstCode => "The six digits that the app shows now.";
    public override string TotpTurnOn => "Turn on";
    public override string TotpRemoveTitle => "Turn off the second step";
    public override string TotpRemoveLead => "After that the password alone opens your account.";
    public override string TotpRemove => "Turn off";
    public override string RecoveryTitle => "The second step is on";
    public override string RecoveryLead => "Every other browser has been logged out. Keep these codes where your phone is not.";
    public override string RecoveryNote => "Each opens one log-in in place of the app's code. They are shown this once: print them or write them down.";
    public override string RecoveryDone => "I have kept them";
}
