using Microsoft.AspNetCore.Mvc;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Gateway.Predictions;

/// <summary>Which kept predictions are wanted, as an address says it.</summary>
internal sealed record PredictionQuery(
    string? Model,
    int? Version,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    int? Limit,
    [FromQuery(Name = "page_token")] string? PageToken)
{
    public PredictionFilter ToFilter() => new()
    {
        Model = Model,
        Version = Version,
        Since = Since,
        Until = Until,
        Limit = Limit,
        PageToken = PageToken,
    };
}
