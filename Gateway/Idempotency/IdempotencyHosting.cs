namespace Skipper.Gateway.Idempotency;

internal static class IdempotencyHosting
{
    public static void AddIdempotency(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<IdempotencyStore>();
}
