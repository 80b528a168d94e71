using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>How the broker's certificate is checked: by the authorities of the machine, or by one authority of its own.</summary>
internal static class BrokerTls
{
    public static SslOption Of(RabbitMqOptions options) => new()
    {
        Enabled = options.Tls,
        ServerName = options.TlsServerName ?? options.Host,
        CertificateValidationCallback = Check(options),
    };

    /// <summary>The check of a certificate: always one of ours, because the bus would otherwise take any.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The file of the authority is no certificate.</exception>
    public static RemoteCertificateValidationCallback Check(RabbitMqOptions options)
    {
        if (!options.Tls || options.TlsAuthorityFile is not { } file)
        {
            return (_, _, _, errors) => errors is SslPolicyErrors.None;
        }

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return (_, certificate, _, errors) =>
            certificate is not null
            && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            && IsSignedBy(authorities, new X509Certificate2(certificate));
    }

    private static bool IsSignedBy(X509Certificate2Collection authorities, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // An authority of one's own seldom says where its revocations are.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using (certificate)
        {
            return chain.Build(certificate);
        }
    }
}
