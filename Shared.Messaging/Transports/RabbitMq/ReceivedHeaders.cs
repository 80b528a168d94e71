using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>The text headers of a received message, decoded when somebody asks: most are never looked at.</summary>
internal sealed class ReceivedHeaders : IReadOnlyDictionary<string, string>
{
    private readonly Dictionary<string, object?> _received;

    private ReceivedHeaders(Dictionary<string, object?> received) => _received = received;

    public IEnumerable<string> Keys => Texts.Select(header => header.Key);

    public IEnumerable<string> Values => Texts.Select(header => header.Value);

    public int Count => Texts.Count();

    private IEnumerable<KeyValuePair<string, string>> Texts => _received
        .Where(header => IsText(header.Key, header.Value))
        .Select(header => KeyValuePair.Create(header.Key, this[header.Key]));

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    /// <summary>The text headers, or null where there are none.</summary>
    public static ReceivedHeaders? Of(IDictionary<string, object?>? received)
    {
        if (received is not null)
        {
            var headers = received as Dictionary<string, object?> ?? received.ToDictionary();
            foreach (var (name, value) in headers)
            {
                if (IsText(name, value))
                {
                    return new ReceivedHeaders(headers);
                }
            }
        }

        return null;
    }

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        value = !_received.TryGetValue(key, out var found) || !IsText(key, found) ? null
            : found is byte[] text ? Decode(text)
            : RabbitMqMapping.NumberOf(found)!.Value.ToString(CultureInfo.InvariantCulture);
        return value is not null;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => Texts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // The version is the one header that other languages write as the number that it is.
    private static bool IsText(string name, object? value) =>
        value is byte[] || (value is long or int && name == MessageHeaders.Version);

    // Nearly every message says these; there is no need for a new text each time.
    private static string Decode(byte[] text) => text.AsSpan().SequenceEqual("ok"u8) ? Statuses.Ok
        : text.AsSpan().SequenceEqual("claim-check"u8) ? Accepted.ClaimCheck
        : Encoding.UTF8.GetString(text);
}
