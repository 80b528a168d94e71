using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Tests.Contracts;

/// <summary>
/// What is on the wire stays on the wire: each contract has a file that shows it, and a reader takes what newer and older writers send.
/// </summary>
public sealed class ContractTests
{
    private const string Update = "SKIPPER_UPDATE_GOLDEN";

    private static readonly JsonSerializerOptions Readable = new(MessageJson.Options)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string Folder = FindFolder();

    /// <summary>Every record in the namespace of the contracts, nested ones included, and the error reply.</summary>
    public static TheoryData<string> All =>
        [.. Contracts.Keys.Order(StringComparer.Ordinal)];

    private static Dictionary<string, Type> Contracts { get; } = typeof(Queues).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(Queues).Namespace && type.IsVisible && type is { IsClass: true, IsAbstract: false })
        .Where(type => !type.IsAssignableTo(typeof(Attribute)) && !type.IsAssignableTo(typeof(JsonConverter)))
        .Append(typeof(ErrorReply))
        .ToDictionary(type => type.FullName!.Split('.')[^1].Replace('+', '.'));

    [Theory]
    [MemberData(nameof(All))]
    public void A_contract_looks_on_the_wire_as_its_golden_file_shows(string contract)
    {
        var path = Path.Combine(Folder, $"{contract}.json");
        var wire = Write(Contracts[contract]).ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, wire);
        }

        Assert.True(File.Exists(path), $"{contract} has no golden file. {HowToUpdate(path)}");
        Assert.True(
            File.ReadAllText(path) == wire,
            $"{contract} is not on the wire what its golden file shows. Members may be added, with a default; a member that others "
            + $"send is never renamed, retyped or removed: make a new message instead. If only new members came: {HowToUpdate(path)}\n{wire}");
    }

    [Fact]
    public void No_golden_file_is_left_without_its_contract() =>
        Assert.Equal(
            Contracts.Keys.Order(StringComparer.Ordinal),
            Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(All))]
    public void A_reader_ignores_members_that_it_does_not_know(string contract)
    {
        var golden = Golden(contract);
        var newer = golden.DeepClone();
        AddUnknown(newer, Contracts[contract]);
        Assert.NotEqual(golden.ToJsonString(), newer.ToJsonString());

        Assert.True(JsonNode.DeepEquals(golden, ReadAndWrite(newer, contract)), contract);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_reader_does_without_members_that_are_not_required(string contract)
    {
        var type = Contracts[contract];
        var older = Golden(contract);
        foreach (var property in type.GetProperties().Where(property => !property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute))))
        {
            older.Remove(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }

        Assert.NotNull(older.Deserialize(type, MessageJson.Options));
    }

    private static JsonObject Write(Type type)
    {
        var members = JsonSerializer.SerializeToNode(ContractSample.Create(type), type, MessageJson.Options)!.AsObject();
        var wire = new JsonObject();
        if (type.GetCustomAttribute<TaskTypeAttribute>() is { } taskType)
        {
            wire["task_type"] = taskType.Name;
        }

        foreach (var (name, value) in members)
        {
            wire[name] = value?.DeepClone();
        }

        return wire;
    }

    private static JsonObject Golden(string contract) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{contract}.json")))!.AsObject();

    private static JsonObject ReadAndWrite(JsonNode node, string contract)
    {
        var type = Contracts[contract];
        var read = JsonSerializer.SerializeToNode(node.Deserialize(type, MessageJson.Options), type, MessageJson.Options)!.AsObject();
        if (type.GetCustomAttribute<TaskTypeAttribute>() is { } taskType)
        {
            read["task_type"] = taskType.Name;
        }

        return read;
    }

    private static void AddUnknown(JsonNode? node, Type type)
    {
        if (ContractSample.IsContract(type) && node is JsonObject record)
        {
            foreach (var property in type.GetProperties())
            {
                AddUnknown(record[JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)], property.PropertyType);
            }

            record["from_the_future"] = new JsonObject { ["any"] = new JsonArray(1, "two", null) };
            return;
        }

        if (ContractSample.ElementOf(type) is not { } element)
        {
            return;
        }

        var items = node is JsonObject map ? map.Select(entry => entry.Value) : node!.AsArray();
        foreach (var item in items.ToList())
        {
            AddUnknown(item, element);
        }
    }

    private static string HowToUpdate(string path) =>
        $"Run {Update}=1 dotnet test tests/Shared.Messaging.Tests, look at the difference, and commit Golden/{Path.GetFileName(path)}.";

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Shared.Messaging.Tests.csproj")))
            {
                return Directory.CreateDirectory(Path.Combine(folder.FullName, "Contracts", "Golden")).FullName;
            }
        }

        throw new DirectoryNotFoundException($"Found no project above {AppContext.BaseDirectory}");
    }
}
