namespace Mailfleet.Tenancy.Names;

/// <summary>What a name is to this host.</summary>
public enum NameKind
{
    /// <summary>Somebody's own domain: it has to be proven.</summary>
    Own,

    /// <summary><c>NAME.{host}</c>: given away free, vouched for by the host.</summary>
    FreeSubdomain,

    /// <summary>The host itself, a reserved name below it, or anything deeper: never given away.</summary>
    Reserved,
}
