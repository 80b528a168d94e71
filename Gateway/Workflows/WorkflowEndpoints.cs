using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Workflows;

/// <summary>Workflows over HTTP: definitions, their versions, and runs of them.</summary>
internal static class WorkflowEndpoints
{
    private const string Yaml = "application/yaml";
    private const string Mermaid = "text/vnd.mermaid";
    private static readonly string[] YamlTypes = [Yaml, "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain"];

    public static void MapWorkflows(this WebApplication app)
    {
        var workflows = app.MapGroup("/api/v1/skipper/workflows").WithTags("workflows");
        workflows.MapGet("/", ListAsync).WithDocs(WorkflowDocs.List);
        workflows.MapGet("/{name}", FindAsync).WithDocs(WorkflowDocs.Find);
        workflows.MapPut("/{name}", PutAsync)
            .WithMetadata(new RequestSizeLimitAttribute(WorkflowReader.MaxBytes)).WithDocs(WorkflowDocs.Put);
        workflows.MapGet("/{name}/versions", VersionsAsync).WithDocs(WorkflowDocs.Versions);
        workflows.MapGet("/{name}/graph", GraphAsync).WithDocs(WorkflowDocs.Graph);
        workflows.MapPost("/{name}/runs", WorkflowRuns.StartAsync)
            .WithMetadata(new RequestSizeLimitAttribute(WorkflowRuns.BodyLimit)).WithDocs(WorkflowDocs.Start);
    }

    private static async Task<IResult> PutAsync(
        string name,
        [FromQuery(Name = "validate_only")] bool? validateOnly,
        HttpRequest request,
        [FromServices] WorkflowStore store,
        [FromServices] IOptions<TaskOptions> tasks,
        CancellationToken cancellationToken)
    {
        var isJson = IsJson(request);
        var text = await RequestBody.ReadAsync(request, cancellationToken);
        var reading = WorkflowReader.Read(text.Span, isJson, tasks.Value);
        if (reading.Definition is not { } definition)
        {
            throw new InvalidWorkflowException(reading.Errors);
        }

        if (definition.Name != name)
        {
            throw new InvalidWorkflowException([new(1, 1, $"The definition is named '{definition.Name}', the address '{name}'.")]);
        }

        if (validateOnly is true)
        {
            var json = WorkflowJson.Write(definition);
            return WorkflowReply.Of(StatusCodes.Status200OK, writer => WorkflowReply.WriteChecked(writer, definition, json));
        }

        var (version, isNew) = await store.AddAsync(definition, Encoding.UTF8.GetString(text.Span), cancellationToken);
        if (isNew)
        {
            request.HttpContext.Response.Headers.Location =
                $"{request.PathBase}/api/v1/skipper/workflows/{version.Name}?version={version.Version}";
        }

        return WorkflowReply.Of(
            isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, writer => WorkflowReply.Write(writer, version));
    }

    private static async Task<IResult> ListAsync([FromServices] WorkflowStore store, CancellationToken cancellationToken)
    {
        var workflows = await store.ListAsync(cancellationToken);
        return WorkflowReply.Of(StatusCodes.Status200OK, writer => WorkflowReply.WriteList(writer, "workflows", workflows));
    }

    private static async Task<IResult> FindAsync(
        string name, int? version, HttpRequest request, [FromServices] WorkflowStore store, CancellationToken cancellationToken)
    {
        var found = await GetAsync(store, name, version, cancellationToken);
        return Accepts(request, YamlTypes)
            ? Results.Text(found.Source, Yaml, Encoding.UTF8)
            : WorkflowReply.Of(StatusCodes.Status200OK, writer => WorkflowReply.Write(writer, found));
    }

    private static async Task<IResult> VersionsAsync(
        string name, [FromServices] WorkflowStore store, CancellationToken cancellationToken)
    {
        var versions = await store.VersionsAsync(name, cancellationToken);
        return versions.Count == 0
            ? throw NotFound(name)
            : WorkflowReply.Of(StatusCodes.Status200OK, writer => WorkflowReply.WriteList(writer, "versions", versions));
    }

    private static async Task<IResult> GraphAsync(
        string name, int? version, HttpRequest request, [FromServices] WorkflowStore store, CancellationToken cancellationToken)
    {
        var found = await GetAsync(store, name, version, cancellationToken);
        return Accepts(request, [Mermaid])
            ? Results.Text(WorkflowGraph.Mermaid(found.Definition), Mermaid, Encoding.UTF8)
            : WorkflowReply.Of(StatusCodes.Status200OK, writer => WorkflowGraph.Write(writer, found));
    }

    private static async Task<WorkflowVersion> GetAsync(
        WorkflowStore store, string name, int? version, CancellationToken cancellationToken) =>
        await store.FindAsync(name, version, cancellationToken)
        ?? throw (version is null || await store.FindAsync(name, null, cancellationToken) is not { } newest
            ? NotFound(name)
            : MeshException.NotFound($"Workflow '{name}' has no version {version}; its newest is {newest.Version}."));

    private static MeshException NotFound(string name) =>
        MeshException.NotFound($"There is no workflow '{name}'. PUT a definition there to make one.");

    private static bool IsJson(HttpRequest request)
    {
        if (request.ContentType is null)
        {
            return false;
        }

        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            // What curl says where it is told nothing.
            if (YamlTypes.Append("application/x-www-form-urlencoded").Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        throw new BadHttpRequestException(
            $"Expected a body of type {Yaml} or application/json, found {request.ContentType}.",
            StatusCodes.Status415UnsupportedMediaType);
    }

    private static bool Accepts(HttpRequest request, string[] types) =>
        request.GetTypedHeaders().Accept.Any(accepted => types.Contains(accepted.MediaType.Value, StringComparer.OrdinalIgnoreCase));
}
