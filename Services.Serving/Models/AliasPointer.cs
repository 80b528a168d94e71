namespace Skipper.Services.Serving.Models;

/// <summary>Where an alias points.</summary>
/// <param name="Alias">The alias.</param>
/// <param name="Version">The version it points at.</param>
/// <param name="Number">How many moves it has had: what is known of a later one is not overwritten by an earlier one.</param>
internal sealed record AliasPointer(string Alias, int Version, int Number);
