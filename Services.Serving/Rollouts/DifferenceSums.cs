using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>Differences of one output, added up.</summary>
internal sealed class DifferenceSums
{
    public long Count { get; set; }

    public double Sum { get; set; }

    public double Absolute { get; set; }

    public double Squares { get; set; }

    public double Largest { get; set; }

    public string? LargestRequest { get; set; }

    public void Add(double difference, string request)
    {
        Count++;
        Sum += difference;
        Absolute += Math.Abs(difference);
        Squares += difference * difference;
        KeepLargest(Math.Abs(difference), request);
    }

    public void Add(DifferenceSums other)
    {
        Count += other.Count;
        Sum += other.Sum;
        Absolute += other.Absolute;
        Squares += other.Squares;
        KeepLargest(other.Largest, other.LargestRequest);
    }

    public PredictionDifference ToDifference() => new()
    {
        Mean = Sum / Count,
        MeanAbsolute = Absolute / Count,
        RootMeanSquare = Math.Sqrt(Squares / Count),
        Largest = Largest,
        LargestRequest = LargestRequest,
    };

    private void KeepLargest(double size, string? request)
    {
        if (size > Largest || LargestRequest is null)
        {
            (Largest, LargestRequest) = (size, request);
        }
    }
}
