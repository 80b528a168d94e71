using System.Globalization;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>Describes a model by its signature; loads it where it is not loaded, as a prediction would.</summary>
internal sealed class DescribeTensorsHandler(ModelFinder models, ModelCatalog catalog) : IMessageHandler<DescribeTensors, ModelTensors>
{
    private static readonly int[] AnyRows = [-1, 1];

    public async Task<ModelTensors> HandleAsync(DescribeTensors message, MessageContext context, CancellationToken cancellationToken)
    {
        using var lease = await models.LeaseAsync(message.Data.Model, cancellationToken);
        var manifest = lease.Model.Manifest;
        var versions = catalog.Loaded.Select(model => model.Manifest).Where(loaded => loaded.Name == manifest.Name)
            .Select(loaded => loaded.Version).OrderDescending().Prepend(manifest.Version).Distinct();
        return new ModelTensors
        {
            Name = manifest.Name,
            Versions = [.. versions.Select(version => version.ToString(CultureInfo.InvariantCulture))],
            Platform = $"skipper_{manifest.Engine}",
            Inputs = [.. Inputs(lease.Model)],
            Outputs = [.. lease.Model.Outputs.Select(name => Describe(name, Datatype.Fp64))],
        };
    }

    private static IEnumerable<TensorDescription> Inputs(ServedModel model) =>
        (model.Preparation?.Columns.Select(column => (column.Name, column.Type))
            ?? model.Signature.Features.Select(feature => (feature.Name, feature.Type)))
        .Select(column => Describe(column.Name, DatatypeOf(column.Type)));

    private static Datatype DatatypeOf(string type) => type switch
    {
        "integer" => Datatype.Int64,
        "number" => Datatype.Fp64,
        _ => Datatype.Bytes,
    };

    private static TensorDescription Describe(string name, Datatype datatype) =>
        new() { Name = name, Datatype = datatype.Name(), Shape = AnyRows };
}
