using Microsoft.Extensions.Options;

namespace Skipper.Gateway.Notifications;

internal static class NotificationHosting
{
    public static void AddNotifications(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<WebhookOptions>()
            .BindConfiguration(WebhookOptions.Section)
            .ValidateDataAnnotations();
        builder.Services.AddOptionsWithValidateOnStart<AlertOptions>()
            .BindConfiguration(AlertOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<WebhookOptions>, NotificationOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<AlertOptions>, NotificationOptionsValidator>();
        builder.Services.AddSingleton<CallbackReader>();
        builder.Services.AddSingleton<NotificationStore>();
        builder.Services.AddSingleton<NotificationOutbox>();
        builder.Services.AddSingleton<WebhookClient>();
        builder.Services.AddSingleton<MailClient>();
        builder.Services.AddHostedService<NotificationSender>();
    }
}
