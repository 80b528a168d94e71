using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Remote;

/// <summary>A model on another server. Every failure there is a typed error here, retryable where another try may help.</summary>
internal sealed class RemoteModel(RemoteModelFile file) : ITrainedModel
{
    private const int LongestReply = 64 * 1024 * 1024;
    private const int LongestQuote = 200;

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        // A batch goes where the file says and nowhere else; names are resolved again now and then.
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        MaxResponseContentBufferSize = LongestReply,
        Timeout = TimeSpan.FromSeconds(file.TimeoutSeconds),
    };

    private readonly Uri _address = file.Address;

    public ModelTask Task => file.ParsedTask;

    public int ClassCount => file.ClassCount;

    public int FeatureCount { get; } = file.Inputs.Sum(input => input.Width);

    public int TargetCount => file.TargetCount;

    public int OutputCount => file.OutputCount;

    public bool IsRemote => true;

    public Matrix Predict(Matrix features)
    {
        FeatureCheck.Require(features, FeatureCount);
        if (features.Rows == 0)
        {
            return new Matrix(0, OutputCount, []);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = Body(features) };
        using var response = Send(request);
        var reply = Read(response);
        return response.IsSuccessStatusCode ? RemoteTensors.Read(reply, file, features.Rows, _address) : throw Refused(response.StatusCode, reply);
    }

    // Nothing is known of what matters there.
    public double[] Importance() => new double[FeatureCount];

    public void Dispose() => _client.Dispose();

    private ByteArrayContent Body(Matrix features)
    {
        var content = new ByteArrayContent(RemoteTensors.Write(features, file));
        content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        return content;
    }

    private HttpResponseMessage Send(HttpRequestMessage request)
    {
        try
        {
            return _client.Send(request, HttpCompletionOption.ResponseContentRead);
        }
        catch (HttpRequestException exception)
        {
            throw MeshException.Unavailable($"The model server {_address} cannot be asked: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception)
        {
            throw new MeshException(
                ErrorCode.DeadlineExceeded,
                FormattableString.Invariant($"The model server {_address} did not answer within {file.TimeoutSeconds} s."),
                exception)
            {
                Retryable = true,
            };
        }
    }

    private static byte[] Read(HttpResponseMessage response)
    {
        using var buffer = new MemoryStream();
        response.Content.CopyTo(buffer, context: null, CancellationToken.None);
        return buffer.ToArray();
    }

    private MeshException Refused(HttpStatusCode status, byte[] reply)
    {
        var code = status switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => ErrorCode.InvalidArgument,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout => ErrorCode.Unavailable,
            >= HttpStatusCode.InternalServerError => ErrorCode.Internal,
            _ => ErrorCode.FailedPrecondition,
        };
        var text = RemoteTensors.ReadError(reply) ?? Encoding.UTF8.GetString(reply);
        return new MeshException(
            code,
            $"The model server {_address} answered {(int)status}: {(text.Length <= LongestQuote ? text : $"{text[..LongestQuote]}...")}");
    }
}
