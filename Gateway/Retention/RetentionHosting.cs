namespace Skipper.Gateway.Retention;

internal static class RetentionHosting
{
    public static void AddRetention(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<RetentionOptions>()
            .BindConfiguration(RetentionOptions.Section)
            .ValidateDataAnnotations();
        builder.Services.AddSingleton<RetentionStore>();
        builder.Services.AddHostedService<RetentionSweeper>();
    }
}
