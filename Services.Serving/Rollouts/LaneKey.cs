namespace Skipper.Services.Serving.Rollouts;

/// <summary>What figures are of: a lane of a model since a change.</summary>
internal sealed record LaneKey(string Model, string Lane, int Since);
