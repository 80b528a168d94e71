namespace Skipper.Gateway.Security;

/// <summary>Who gets in, what they may do, and what is remembered of it.</summary>
internal static class SecurityHosting
{
    public static void AddSecurity(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<ApiKeyStore>();
        builder.Services.AddSingleton<ApiKeyRing>();
        builder.Services.AddSingleton<AuditStore>();
        builder.Services.AddHostedService<ListeningGuard>();
    }

    /// <summary>Outermost: what was answered is known here, errors included.</summary>
    public static void UseAudit(this WebApplication app) => app.UseMiddleware<AuditTrail>();

    /// <summary>After what everybody may see, before all else.</summary>
    public static void UseKeys(this WebApplication app) => app.UseMiddleware<KeyCheck>();
}
