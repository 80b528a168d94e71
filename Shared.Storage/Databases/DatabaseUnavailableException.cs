using System.Data.Common;

namespace Skipper.Shared.Storage.Databases;

/// <summary>The database cannot be used now, in a way that its provider does not mark as transient.</summary>
public sealed class DatabaseUnavailableException(DbException innerException)
    : DbException(innerException.Message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}
