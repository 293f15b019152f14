using System.Globalization;

namespace Mailfleet.Store.Folders;

/// <summary>A folder of a mailbox: never given again in that mailbox. 1 to 6 are the folders with a role.</summary>
public readonly record struct FolderId
{
    public static readonly FolderId Inbox = Of(FolderRole.Inbox);

    private readonly int _value;

    public FolderId(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        _value = value;
    }

    public int Value => _value > 0 ? _value : throw new InvalidOperationException("No folder has this id.");

    /// <summary>The role of a folder that every mailbox has; null for the user's own.</summary>
    public FolderRole? Role => Value <= (int)FolderRole.Archive ? (FolderRole)Value : null;

    public static FolderId Of(FolderRole role) => new((int)role);

    public override string ToString() => _value.ToString(CultureInfo.InvariantCulture);
}
