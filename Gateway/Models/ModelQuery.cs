using Microsoft.AspNetCore.Mvc;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Gateway.Models;

/// <summary>Ways to name a version: by number, by alias, by alias at a time; without one it is the newest.</summary>
internal sealed record ModelQuery(string Name, int? Version, string? Alias, [FromQuery(Name = "as_of")] DateTimeOffset? AsOf)
{
    public ModelName ToName() => new() { Name = Name, Version = Version, Alias = Alias, AsOf = AsOf };
}
