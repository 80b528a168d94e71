using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.DeadLetters;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.QueuePipelines;

/// <summary>What a consumer sees that puts requests into one queue and takes answers out of another, over every transport.</summary>
public abstract class QueuePipelineContract : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private IHost _host = null!;

    private protected string Input { get; } = $"test_in_{Guid.NewGuid():N}";

    private protected string Output { get; } = $"test_out_{Guid.NewGuid():N}";

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract IReadOnlyDictionary<string, string?> Settings { get; }

    private ITransport Transport => _host.Services.GetRequiredService<ITransport>();

    public virtual async ValueTask InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(_storage.Settings);
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Configuration["Skipper:Artifacts:Store"] = "filesystem";
        builder.Configuration["Skipper:Serving:QueuePipeline:Input"] = Input;
        builder.Configuration["Skipper:Serving:QueuePipeline:Output"] = Output;
        builder.Logging.ClearProviders();
        builder.AddServingService();
        builder.Services.AddSingleton<IRpcClient>(new FakeTrainingService());
        _host = builder.Build();
        _host.Services.GetRequiredService<ModelCatalog>().Add(Samples.Load(), published: true);
        await _host.StartAsync(Token);
        await Transport.WaitUntilReadyAsync(Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        await _storage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("""{"task_type":"predict","data":{"rows":[[6,10],{"rm":8},[8,10]]}}""")]
    [InlineData("""{"data":{"rows":[{"rm":6,"rad":10},[8],{"rm":8,"rad":10}]}}""")]
    [InlineData("""{"task_type":"serving","data":[[6,10],8,[8,10]]}""")]
    public async Task A_message_with_many_inputs_is_answered_with_a_result_or_an_error_for_each(string request)
    {
        var (correlationId, answer) = await AskAsync(request, "c-7");

        Assert.Equal("c-7", correlationId);
        var predictions = answer.GetProperty("predictions");
        Assert.Equal(100, predictions[0].GetProperty("price").GetDouble(), 6);
        Assert.Empty(predictions[1].EnumerateObject());
        Assert.Equal(103, predictions[2].GetProperty("price").GetDouble(), 6);
        Assert.Equal(1, Assert.Single(answer.GetProperty("errors").EnumerateArray()).GetProperty("row").GetInt32());
    }

    [Fact]
    public async Task The_original_engines_message_is_answered_as_ever()
    {
        var (_, answer) = await AskAsync("""{"task_type":"serving","payload":"","data":{"RM":8,"RAD":10}}""", "c-1");

        Assert.Equal(103, answer.GetProperty("price").GetDouble(), 6);
    }

    [Fact]
    public async Task An_error_is_a_message_too()
    {
        var (correlationId, answer) = await AskAsync("""{"data":{"model":"nobody","rows":[]}}""", "c-2");

        Assert.Equal(("c-2", "not_found"), (correlationId, answer.GetProperty("code").GetString()));
        Assert.Contains("nobody", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(await LettersAsync());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"task_type":"unheard_of"}""")]
    [InlineData("""{"data":{"rows":5}}""")]
    public async Task What_can_never_work_is_answered_and_kept_among_the_dead(string request)
    {
        var (_, answer) = await AskAsync(request, "c-3");

        Assert.Equal("invalid_argument", answer.GetProperty("code").GetString());
        IReadOnlyList<DeadLetter> letters = [];
        await Eventually.TrueAsync(async () => (letters = await LettersAsync()).Count == 1, "it is among the dead", Token);
        Assert.Equal(("c-3", request), (letters[0].CorrelationId, letters[0].Body));
        await _host.Services.GetRequiredService<DeadLetterQueue>().DeleteAsync(letters[0].Id, Token);
    }

    [Fact]
    public async Task Answers_wait_for_a_reader_that_comes_later_and_none_is_lost_or_mixed_up()
    {
        for (var i = 0; i < 40; i++)
        {
            await SendAsync($$$"""{"data":{"rows":[[{{{6 + i}}},10]]}}""", $"{i}");
        }

        var answers = new BlockingCollection<(string? CorrelationId, JsonElement Answer)>();
        await using var reader = await ReadAsync(answers);
        for (var i = 0; i < 40; i++)
        {
            var (correlationId, answer) = answers.Take(Token);
            var expected = 100 + (1.5 * int.Parse(correlationId!, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(expected, answer.GetProperty("predictions")[0].GetProperty("price").GetDouble(), 6);
        }
    }

    /// <summary>As a client of any language: a body and a correlation id, no reply queue.</summary>
    private protected virtual Task SendAsync(string body, string correlationId) => Transport.SendConfirmedAsync(
        Input, new Message { Body = Encoding.UTF8.GetBytes(body), CorrelationId = correlationId }, Token);

    private protected virtual async Task<IAsyncDisposable> ReadAsync(BlockingCollection<(string? CorrelationId, JsonElement Answer)> answers) =>
        await Transport.ConsumeAsync(Output, 1, delivery =>
        {
            answers.Add((delivery.Message.CorrelationId, JsonElement.Parse(delivery.Message.Body.Span)));
            _ = delivery.AckAsync().AsTask();
        });

    private async Task<(string? CorrelationId, JsonElement Answer)> AskAsync(string body, string correlationId)
    {
        var answers = new BlockingCollection<(string? CorrelationId, JsonElement Answer)>();
        await using var reader = await ReadAsync(answers);
        await SendAsync(body, correlationId);
        return answers.Take(Token);
    }

    private async Task<IReadOnlyList<DeadLetter>> LettersAsync() =>
        [.. (await _host.Services.GetRequiredService<DeadLetterQueue>().ListAsync(100, Token)).Where(letter => letter.Queue == Input)];
}
