using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace Skipper.Gateway.Notifications;

/// <summary>Refuses at the start what would be dropped at the first failure of a run.</summary>
internal sealed class NotificationOptionsValidator(IServiceProvider services)
    : IValidateOptions<WebhookOptions>, IValidateOptions<AlertOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options) => Result(
    [
        .. options.Endpoints.SelectMany((endpoint, i) => Failures($"{WebhookOptions.Section}:Endpoints:{i}", endpoint, options)),
        .. options.Secrets.Where(secret => WebhookSignature.Key(secret.Value) is not { Length: > 0 }).Select(secret =>
            $"{WebhookOptions.Section}:Secrets:{secret.Key} must be text, or base64 after whsec_; what was found is not shown here"),
    ]);

    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        var webhooks = services.GetRequiredService<IOptions<WebhookOptions>>().Value;
        return Result(
        [
            .. options.Webhooks.SelectMany((endpoint, i) => Failures($"{AlertOptions.Section}:Webhooks:{i}", endpoint, webhooks)),
            .. options.Smtp.Host is null ? [] : Failures($"{AlertOptions.Section}:Smtp", options.Smtp),
        ]);
    }

    private static IEnumerable<string> Failures(string path, WebhookEndpoint endpoint, WebhookOptions options)
    {
        if (WebhookTarget.Problem(endpoint.Url) is { } problem)
        {
            yield return $"{path}:Url {problem}";
        }

        foreach (var unknown in endpoint.Events.Where(type => !RunEnd.EventTypes.Contains(type, StringComparer.Ordinal)))
        {
            yield return $"{path}:Events must be of {string.Join(", ", RunEnd.EventTypes)}, was '{unknown}'";
        }

        if (endpoint.SecretName is { } secret && !options.Secrets.ContainsKey(secret))
        {
            yield return $"{path}:SecretName must be in {WebhookOptions.Section}:Secrets, was '{secret}'";
        }
    }

    private static IEnumerable<string> Failures(string path, SmtpOptions options)
    {
        if (options.Port is < 1 or > 65_535)
        {
            yield return $"{path}:Port must be between 1 and 65535, was {options.Port}";
        }

        if (!MailAddress.TryCreate(options.From, out _))
        {
            yield return $"{path}:From must be a mail address, was '{options.From}'";
        }

        if (options.To.Count == 0)
        {
            yield return $"{path}:To must name a mail address, was empty";
        }

        foreach (var address in options.To.Where(address => !MailAddress.TryCreate(address, out _)))
        {
            yield return $"{path}:To must be mail addresses, was '{address}'";
        }
    }

    private static ValidateOptionsResult Result(IReadOnlyList<string> failures) =>
        failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
}
