namespace Skipper.Mesh.Tests.Soak.Suite;

/// <summary>How hard to try.</summary>
/// <param name="Runs">How many runs of three steps.</param>
/// <param name="Clients">How many submit at the same time.</param>
/// <param name="Outstanding">How many accepted runs may be unfinished before clients wait: so that kills find them submitting.</param>
/// <param name="Kills">How many kills, spread over the run of the soak; every target in turn, in an order that the seed gives.</param>
/// <param name="LongestAway">How long at most a killed process stays away.</param>
/// <param name="Seed">Of everything that is random.</param>
internal sealed record SoakOptions(int Runs, int Clients, int Outstanding, int Kills, TimeSpan LongestAway, int Seed);
