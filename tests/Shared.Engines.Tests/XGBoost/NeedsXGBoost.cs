using Skipper.Shared.Engines.XGBoost;

namespace Skipper.Shared.Engines.Tests.XGBoost;

/// <summary>Skips a test where the library is absent; in CI, where it must be present, fails it.</summary>
internal static class NeedsXGBoost
{
    public static XGBoostEngine OrSkip()
    {
        var engine = new XGBoostEngine();
        if (engine.Missing is { } missing)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Skip(missing);
        }

        return engine;
    }
}
