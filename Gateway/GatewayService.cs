namespace Skipper.Gateway;

/// <summary>What the gateway service listens to, and what it needs for that.</summary>
public static class GatewayService
{
    internal const string Schema = "gateway";

    public static void AddGateway(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks();

    public static void MapGateway(this WebApplication app) => app.MapHealthChecks("/healthz");
}
