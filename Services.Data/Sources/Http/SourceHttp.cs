namespace Skipper.Services.Data.Sources.Http;

/// <summary>The one HTTP client of all sources.</summary>
internal sealed class SourceHttp : IDisposable
{
    private readonly HttpClient _client;

    public SourceHttp(OutboundGuard guard) => _client = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) => new System.Net.Sockets.NetworkStream(
            await guard.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken), ownsSocket: true),
        AutomaticDecompression = System.Net.DecompressionMethods.All,
        MaxAutomaticRedirections = 5,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        // A proxy would be asked for every address, and the guard would see none but its own.
        UseProxy = false,
    })
    {
        // Each request has a limit of its own.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public void Dispose() => _client.Dispose();
}
