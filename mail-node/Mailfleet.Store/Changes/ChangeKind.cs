namespace Mailfleet.Store.Changes;

/// <summary>Numbers in <c>mail.change</c>; 2 is marked anew, 3 moved.</summary>
internal static class ChangeKind
{
    public const int Created = 1;
    public const int Destroyed = 9;
}
