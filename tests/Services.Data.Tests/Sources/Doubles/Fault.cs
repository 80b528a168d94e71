namespace Skipper.Services.Data.Tests.Sources.Doubles;

/// <summary>What a provider can do wrong.</summary>
internal enum Fault
{
    None,

    /// <summary>429 with Retry-After in seconds.</summary>
    TooMany,

    /// <summary>429 with Retry-After as a date.</summary>
    TooManyUntil,

    /// <summary>503 without a word.</summary>
    Unavailable,

    /// <summary>500.</summary>
    Broken,

    /// <summary>The body ends in the middle although the headers promise more.</summary>
    CutOff,

    /// <summary>The body ends in the middle, and the headers say that this is all.</summary>
    Truncated,

    /// <summary>No answer within the patience of the source.</summary>
    Slow,

    /// <summary>Every fifth value is null.</summary>
    Holes,

    /// <summary>The temperature has another name.</summary>
    Renamed,

    /// <summary>200 with a page of HTML.</summary>
    Html,
}

/// <summary>Faults in an order that a seed decides.</summary>
internal sealed class FaultScript(int seed, double rate, params Fault[] kinds)
{
    private readonly Random _random = new(seed);
    private readonly Lock _gate = new();

    public int Count { get; private set; }

    public Fault Next()
    {
        lock (_gate)
        {
            if (_random.NextDouble() >= rate)
            {
                return Fault.None;
            }

            Count++;
            return kinds[_random.Next(kinds.Length)];
        }
    }
}
