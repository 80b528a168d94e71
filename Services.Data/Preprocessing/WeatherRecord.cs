using System.Text.Json;
using System.Text.Json.Serialization;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Preprocessing;

/// <summary>
/// A canonical weather record, in the units of the sources: degrees Celsius, 0 to 1, hPa, mm, m/s, degrees clockwise from north.
/// </summary>
internal sealed record WeatherRecord
{
    public required JsonElement Time { get; init; }

    public required double Latitude { get; init; }

    public required double Longitude { get; init; }

    public double? Temperature { get; init; }

    public double? Humidity { get; init; }

    public double? Pressure { get; init; }

    public double? Precipitation { get; init; }

    public double? Cloudiness { get; init; }

    public double? WindSpeed { get; init; }

    public double? WindDirection { get; init; }

    public double? WindGust { get; init; }

    /// <summary>UTC; a time without an offset could be any, so it is refused.</summary>
    [JsonIgnore]
    public DateTimeOffset Moment => Time.ValueKind switch
    {
        // The years 1 to 9999.
        JsonValueKind.Number when Time.TryGetInt64(out var seconds) && seconds is >= -62_135_596_800 and <= 253_402_300_799 =>
            DateTimeOffset.FromUnixTimeSeconds(seconds),
        JsonValueKind.String when HasOffset(Time.GetString()!) && Time.TryGetDateTimeOffset(out var time) => time.ToUniversalTime(),
        _ => throw MeshException.InvalidArgument(
            "time is an ISO 8601 text with an offset, such as 2026-01-31T12:00:00Z, or whole seconds since 1970, "
            + $"found {Time.GetRawText()}."),
    };

    private static bool HasOffset(string text) => text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > "2026-01-31".Length;
}
