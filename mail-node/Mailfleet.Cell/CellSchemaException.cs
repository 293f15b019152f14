namespace Mailfleet.Cell;

/// <summary>A cell database that this program must not touch. The message is written for operators.</summary>
public sealed class CellSchemaException : Exception
{
    public CellSchemaException() { }

    public CellSchemaException(string message) : base(message) { }

    public CellSchemaException(string message, Exception innerException) : base(message, innerException) { }
}
