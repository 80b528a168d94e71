using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Skipper.Shared.Engines;

/// <summary>Adds the engines to a process.</summary>
public static class EnginesHosting
{
    /// <summary>
    /// Adds <see cref="EngineCatalog"/>, once per process, with every <see cref="IModelEngine"/> that is registered besides
    /// those of Skipper; what is missing on this machine is found out at first use.
    /// </summary>
    public static void AddEngines(this IHostApplicationBuilder builder) =>
        builder.Services.TryAddSingleton(services => EngineCatalog.CreateDefault(services.GetServices<IModelEngine>()));
}
