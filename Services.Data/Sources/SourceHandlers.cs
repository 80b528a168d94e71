using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Publishing;
using Skipper.Services.Data.Sources.Scorecards;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Sources;

internal sealed class DeclareSourceHandler(SourceCatalog catalog) : IMessageHandler<DeclareSource, SourceDescription>
{
    public Task<SourceDescription> HandleAsync(DeclareSource message, MessageContext context, CancellationToken cancellationToken) =>
        catalog.DeclareAsync(message.Data, cancellationToken);
}

internal sealed class FindSourceHandler(SourceCatalog catalog) : IMessageHandler<FindSource, SourceDescription>
{
    public Task<SourceDescription> HandleAsync(FindSource message, MessageContext context, CancellationToken cancellationToken) =>
        catalog.DescribeAsync(message.Data.Name, cancellationToken);
}

internal sealed class ListSourcesHandler(SourceCatalog catalog) : IMessageHandler<ListSources, SourceList>
{
    public Task<SourceList> HandleAsync(ListSources message, MessageContext context, CancellationToken cancellationToken) =>
        catalog.ListAsync(cancellationToken);
}

/// <summary>
/// Reads what is new. Idempotent without an id: rows are merged by key, and the state with which a repetition begins was written with them.
/// </summary>
internal sealed class IngestSourceHandler(SourceStore sources, SourceRunner runner) : IMessageHandler<IngestSource, SourceRun>
{
    public async Task<SourceRun> HandleAsync(IngestSource message, MessageContext context, CancellationToken cancellationToken)
    {
        var source = await sources.FindAsync(message.Data.Source, cancellationToken);
        var job = new SourceJob
        {
            Declaration = DeclarationReader.Read(source.Declaration),
            From = message.Data.From?.ToUniversalTime(),
            To = message.Data.To?.ToUniversalTime(),
            Artifact = message.Data.Artifact,
            Force = message.Data.Force,
        };
        return await runner.RunAsync(job, (done, of) => context.Report(100.0 * done / of, $"{done} of {of} items read"), cancellationToken);
    }
}

/// <summary>Makes rows again of what was kept; rows that are as they should be stay so.</summary>
internal sealed class ReplaySourceHandler(SourceReplay replay) : IMessageHandler<ReplaySource, SourceRun>
{
    public Task<SourceRun> HandleAsync(ReplaySource message, MessageContext context, CancellationToken cancellationToken) =>
        replay.RunAsync(
            message.Data.Name, (done, of) => context.Report(100.0 * done / of, $"{done} of {of} answers replayed"), cancellationToken);
}

/// <summary>Publishes rows as a dataset version. Idempotent by content: a repeated publication finds the version it made.</summary>
internal sealed class PublishSourceHandler(SourcePublisher publisher) : IMessageHandler<PublishSource, DatasetVersion>
{
    public Task<DatasetVersion> HandleAsync(PublishSource message, MessageContext context, CancellationToken cancellationToken) =>
        publisher.PublishAsync(
            message.Data, (done, of) => context.Report(100.0 * done / of, $"{done} of {of} rows checked"), cancellationToken);
}

internal sealed class EvaluateProvidersHandler(ProviderEvaluator evaluator) : IMessageHandler<EvaluateProviders, ProviderEvaluation>
{
    public Task<ProviderEvaluation> HandleAsync(
        EvaluateProviders message, MessageContext context, CancellationToken cancellationToken) =>
        evaluator.EvaluateAsync(message.Data.Table, message.Data.Since, cancellationToken);
}
