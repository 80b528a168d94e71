using System.Net.Http.Headers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Gateway.Triggers;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Gateway.Tests.Triggers;

/// <summary>What a new dataset version starts.</summary>
public sealed class PublishedTriggerTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_version_starts_one_run_however_many_gateways_hear_of_it()
    {
        var gateway = shared.Fresh();
        await PutAsync(gateway, "note");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PublishAsync(gateway, "note", "rows", 3))));
        await PublishAsync(gateway, "note", "rows", 4);
        await PublishAsync(gateway, "note", "others", 1);

        var runs = (await gateway.GetAsync("/api/v1/skipper/runs?workflow=note")).Json.GetProperty("runs").EnumerateArray();
        Assert.Equal(
            ["rows has version 4", "rows has version 3"], runs.Select(run => run.GetProperty("description").GetString()));
    }

    [Fact]
    public async Task The_run_gets_dataset_version_and_the_configured_inputs()
    {
        var gateway = shared.Fresh();
        await PutAsync(gateway, "echo");

        await PublishAsync(gateway, "echo", "rows", 5);

        var id = Assert.Single((await gateway.GetAsync("/api/v1/skipper/runs?workflow=echo")).Json.GetProperty("runs").EnumerateArray())
            .GetProperty("id").GetString()!;
        await gateway.EndAsync(id);
        Assert.Contains(
            gateway.Script.Calls, call => call.Body.Contains("""{"dataset":"rows","version":5,"model":"lin"}""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_workflow_that_is_not_there_does_no_harm() => await PublishAsync(shared.Fresh(), "missing", "rows", 1);

    [Fact]
    public void A_trigger_without_workflow_is_refused_at_start()
    {
        var options = new PublishedTriggerOptions { Published = { ["rows"] = new PublishedTrigger() } };

        var result = new PublishedTriggerOptionsValidator().Validate(null, options);

        Assert.Equal(["Skipper:Triggers:Published:rows:Workflow must name a workflow, was empty"], result.Failures);
    }

    private static async Task PutAsync(GatewayHost gateway, string name)
    {
        using var body = new StringContent(
            $$$"""
            name: {{{name}}}
            inputs:
              dataset: { type: string, required: true }
              version: { type: integer, required: true }
              model: { type: string, required: true }
            steps:
              tell:
                task: plan_scoring
                with: { dataset: "${{ inputs.dataset }}", version: "${{ inputs.version }}", model: "${{ inputs.model }}" }
            """,
            MediaTypeHeaderValue.Parse("application/yaml"));
        using var put = await gateway.Http.PutAsync(new Uri($"/api/v1/skipper/workflows/{name}", UriKind.Relative), body, Token);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Token));
    }

    private static Task PublishAsync(GatewayHost gateway, string workflow, string dataset, int version)
    {
        var options = new PublishedTriggerOptions
        {
            Published = { ["rows"] = new PublishedTrigger { Workflow = workflow, Inputs = { ["model"] = "lin" } } },
        };
        var published = new DatasetVersion
        {
            Name = dataset,
            Version = version,
            Digest = new string('d', 64),
            RowCount = 5,
            Columns = [],
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        return new DatasetPublishedHandler(
                Options.Create(options), gateway.Service<IRunLauncher>(), NullLogger<DatasetPublishedHandler>.Instance)
            .HandleAsync(new DatasetPublished { Dataset = published }, Token);
    }
}
