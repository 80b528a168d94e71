using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Skipper.Shared.Messaging.Tests.Transports;

/// <summary>Encryption in front of the broker of the tests, with a certificate for <c>broker.example</c> of an authority of its own.</summary>
internal sealed class TlsProxy : IAsyncDisposable
{
    public const string ServerName = "broker.example";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly X509Certificate2 _certificate;
    private readonly Uri _broker;
    private readonly Task _accepting;

    public TlsProxy(Uri broker)
    {
        _broker = broker;
        (_certificate, AuthorityFile) = MakeCertificate();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The authority, as a PEM file.</summary>
    public string AuthorityFile { get; }

    /// <summary>How many clients accepted the certificate.</summary>
    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _certificate.Dispose();
        File.Delete(AuthorityFile);
        _stopping.Dispose();
    }

    /// <summary>Another authority, which signed nothing here.</summary>
    public static string MakeAuthorityFile()
    {
        var (certificate, file) = MakeCertificate();
        certificate.Dispose();
        return file;
    }

    private static (X509Certificate2 Certificate, string AuthorityFile) MakeCertificate()
    {
        var (from, to) = (DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(120));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Authority of a test", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(from, to);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={ServerName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(ServerName);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(8));
        using var withKey = signed.CopyWithPrivateKey(key);

        var file = Path.GetTempFileName();
        File.WriteAllText(file, authority.ExportCertificatePem());
        return (X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null), file);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var broker = new TcpClient();
            using (client)
            {
                await using var encrypted = new SslStream(client.GetStream());
                await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stopping.Token);
                // A client that does not trust the certificate says so now, by going away.
                var first = new byte[1];
                await encrypted.ReadExactlyAsync(first, _stopping.Token);
                Connections++;
                await broker.ConnectAsync(_broker.Host, _broker.Port, _stopping.Token);
                await broker.GetStream().WriteAsync(first, _stopping.Token);
                await Task.WhenAny(
                    encrypted.CopyToAsync(broker.GetStream(), _stopping.Token), broker.GetStream().CopyToAsync(encrypted, _stopping.Token));
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // One of the two went away.
        }
    }
}
