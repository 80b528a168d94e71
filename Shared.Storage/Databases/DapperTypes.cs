using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Skipper.Shared.Storage.Databases;

/// <summary>
/// Ids and times that mean the same on both databases: uuid and timestamptz on PostgreSQL, sortable text on SQLite.
/// </summary>
internal static class DapperTypes
{
    private static readonly Lazy<bool> Registered = new(Add);

    /// <summary>
    /// Once per process; whoever comes while another registers waits, so that no query is read without.
    /// </summary>
    public static void Register() => _ = Registered.Value;

    private static bool Add()
    {
        // Dapper asks its own map of types before it asks handlers.
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(Guid?));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new GuidHandler());
        SqlMapper.AddTypeHandler(new TimeHandler());
        return true;
    }

    private sealed class GuidHandler : SqlMapper.TypeHandler<Guid>
    {
        public override void SetValue(IDbDataParameter parameter, Guid value) =>
            parameter.Value = parameter is SqliteParameter ? value.ToString("D") : value;

        public override Guid Parse(object value) => value is Guid id ? id : Guid.Parse((string)value, CultureInfo.InvariantCulture);
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value)
        {
            // PostgreSQL keeps microseconds; the same everywhere, so that a value read back compares equal everywhere.
            var utc = value.ToUniversalTime();
            utc = utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
            parameter.Value = parameter is SqliteParameter ? utc.ToString(Format, CultureInfo.InvariantCulture) : utc;
        }

        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTimeOffset time => time.ToUniversalTime(),
            DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            _ => DateTimeOffset.ParseExact((string)value, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        };
    }
}
