using System.Collections;
using System.Reflection;
using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Tests.Contracts;

/// <summary>An instance of any contract with every member filled, the same each time.</summary>
internal static class ContractSample
{
    private static readonly DateTimeOffset Moment = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static object Create(Type type) => Create(type, type.Name);

    /// <summary>A record of the contracts, as opposed to text, numbers, lists, maps and free JSON.</summary>
    public static bool IsContract(Type type) => type.IsClass && type.Assembly == typeof(Shared.Messaging.Contracts.Queues).Assembly;

    /// <summary>The type of the elements of a list, or of the values of a map by text; null where it is neither.</summary>
    public static Type? ElementOf(Type type) => type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable))
        ? type.GetGenericArguments()[^1]
        : null;

    private static object Create(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => MessageJson.Options.PropertyNamingPolicy!.ConvertName(name),
            _ when type == typeof(int) => 7,
            _ when type == typeof(long) => 7_000_000_000,
            _ when type == typeof(double) => 0.5,
            _ when type == typeof(bool) => true,
            _ when type == typeof(Guid) => Guid.Parse("0198c0de-0000-7000-8000-000000000001"),
            _ when type == typeof(DateTimeOffset) => Moment,
            _ when type == typeof(JsonElement) => JsonSerializer.SerializeToElement(new { free = new[] { 1, 2 } }),
            _ when ElementOf(type) is { } element => CreateMany(type, element, name),
            _ when IsContract(type) => Fill(type),
            _ => throw new NotSupportedException($"Teach {nameof(ContractSample)} how to make a {type} for {name}."),
        };
    }

    private static object CreateMany(Type type, Type element, string name)
    {
        var isMap = type.GetGenericArguments().Length == 2;
        var many = isMap
            ? Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!
            : Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        if (isMap)
        {
            ((IDictionary)many).Add("any_name", Create(element, name));
        }
        else
        {
            ((IList)many).Add(Create(element, name));
        }

        return many;
    }

    private static object Fill(Type type)
    {
        var constructor = type.GetConstructors().OrderBy(candidate => candidate.GetParameters().Length).First();
        var made = constructor.Invoke(
            [.. constructor.GetParameters().Select(parameter => Create(parameter.ParameterType, parameter.Name!))]);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            property.SetValue(made, Create(property.PropertyType, property.Name));
        }

        return made;
    }
}
