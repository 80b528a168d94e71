using Skipper.Shared.Engines.Linear;
using Skipper.Shared.Engines.Remote;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines;

/// <summary>The engines of this process, found by name.</summary>
public sealed class EngineCatalog(IReadOnlyList<IModelEngine> engines)
{
    /// <summary>
    /// Takes the first engine that works and trains for the task; the list is ordered from the strongest to the one that always works.
    /// </summary>
    public const string Auto = "auto";

    private static readonly IReadOnlyDictionary<string, double> NoParameters = new Dictionary<string, double>();

    /// <summary>All engines of Skipper, whether or not their libraries are there, and others before the one that always works.</summary>
    /// <exception cref="InvalidOperationException">Two have the same name.</exception>
    public static EngineCatalog CreateDefault(params IEnumerable<IModelEngine> added)
    {
        IReadOnlyList<IModelEngine> all = [new XGBoostEngine(), .. added, new LinearEngine(), new RemoteEngine()];
        return all.CountBy(engine => engine.Name).FirstOrDefault(count => count.Value > 1) is { Key: { } name }
            ? throw new InvalidOperationException($"Two engines have the name '{name}'; give one of them another.")
            : new EngineCatalog(all);
    }

    /// <summary>Names of the engines that work here.</summary>
    public IReadOnlyList<string> Available { get; } =
        [.. engines.Where(engine => engine.Missing is null).Select(engine => engine.Name)];

    /// <summary>The engine of a training, and why it is this one.</summary>
    /// <param name="name">Its name, <see cref="Auto"/>, or null for <see cref="Auto"/>.</param>
    /// <param name="task">What it has to train for.</param>
    /// <param name="hasMissing">Whether rows come with missing values.</param>
    /// <exception cref="MeshException">Unknown, its library is missing, or it does not train for this.</exception>
    public EngineChoice Choose(string? name, ModelTask task, bool hasMissing)
    {
        if (name is null or Auto)
        {
            var against = engines.Select(engine => (Engine: engine, Reason: Against(engine, task, hasMissing))).ToList();
            var chosen = against.FindIndex(engine => engine.Reason is null);
            var before = against.Take(chosen < 0 ? against.Count : chosen);
            var others = string.Join("; ", before.Select(other => $"{other.Engine.Name} {other.Reason}"));
            return chosen >= 0
                ? new EngineChoice(
                    against[chosen].Engine,
                    $"{Auto}: the first that works here and trains for {task.Name()}{(others.Length == 0 ? "" : $"; {others}")}.")
                : throw MeshException.FailedPrecondition($"No engine here trains for {task.Name()}: {others}.");
        }

        var found = Resolve(name);
        return Against(found, task, hasMissing) is { } reason
            ? throw MeshException.InvalidArgument($"Engine '{name}' {reason}.")
            : new EngineChoice(found, "It was asked for.");
    }

    /// <summary>The engine of this name.</summary>
    /// <exception cref="MeshException">Unknown, or its library is missing.</exception>
    public IModelEngine Resolve(string name)
    {
        var found = Find(name);
        return found.Missing is null ? found : throw NotAvailable(found);
    }

    /// <summary>The engine that made a model; unlike <see cref="Resolve"/> it need not be able to train here.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="MeshException">Unknown, or it cannot load without what is missing.</exception>
    public IModelEngine ResolveForLoading(string name)
    {
        var found = Find(name);
        return found.CanLoad ? found : throw NotAvailable(found);
    }

    /// <summary>Adds the defaults to the parameters of a request.</summary>
    /// <exception cref="MeshException">A name is not known, or a value is out of bounds.</exception>
    public static IReadOnlyDictionary<string, double> Complete(
        IModelEngine engine, IReadOnlyDictionary<string, double>? requested)
    {
        var complete = engine.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => parameter.Default, StringComparer.Ordinal);
        foreach (var (name, value) in requested ?? NoParameters)
        {
            var parameter = engine.Parameters.FirstOrDefault(known => known.Name == name)
                ?? throw Unknown(engine, name);
            parameter.Check(value);
            complete[name] = value;
        }

        return complete;
    }

    private static string? Against(IModelEngine engine, ModelTask task, bool hasMissing) => engine switch
    {
        { Missing: { } missing } => $"is not available: {missing.TrimEnd('.')}",
        _ when !engine.Tasks.Contains(task) =>
            $"does not train for the task {task.Name()}; it knows {string.Join(", ", engine.Tasks.Select(known => known.Name()))}",
        { AcceptsMissing: false } when hasMissing => "cannot use rows with missing values, data.missing must be drop for it; was keep",
        _ => null,
    };

    private IModelEngine Find(string name) => engines.FirstOrDefault(engine => engine.Name == name)
        ?? throw MeshException.InvalidArgument(
            $"Engine '{name}' is not known; expected one of: {Auto}, "
            + $"{string.Join(", ", engines.Select(engine => engine.Name))}.");

    private static MeshException NotAvailable(IModelEngine engine) =>
        MeshException.FailedPrecondition($"Engine '{engine.Name}' is not available: {engine.Missing}");

    private static MeshException Unknown(IModelEngine engine, string name)
    {
        var known = engine.Parameters.Select(parameter => parameter.Name).ToArray();
        var nearest = NearestName.Find(name, known);
        return MeshException.InvalidArgument(
            $"Engine '{engine.Name}' has no parameter '{name}'; did you mean '{nearest}'? "
            + $"Known: {string.Join(", ", known)}.");
    }
}

/// <summary>An engine and why it was chosen.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Reason">A sentence for people.</param>
public sealed record EngineChoice(IModelEngine Engine, string Reason);
