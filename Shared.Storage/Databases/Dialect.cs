namespace Skipper.Shared.Storage.Databases;

/// <summary>What differs between the two databases and cannot be written in a common SQL.</summary>
public enum Dialect
{
    /// <summary>An embedded file; one writer at a time.</summary>
    Sqlite,

    /// <summary>A server, shared by all processes.</summary>
    PostgreSql,
}
