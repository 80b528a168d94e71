using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Bench.Ingest;

/// <summary>Ten checks of the weather file, of the kinds that look at every row.</summary>
internal static class WeatherSuite
{
    public static Task<DeclarationVersion> DeclareAsync(IRpcClient rpc, string dataset) => rpc.CallAsync(
        new PutDeclaration
        {
            Data = new()
            {
                Kind = "suite",
                Name = dataset,
                Source = $$"""
                    name: {{dataset}}
                    checks:
                      - { type: schema, columns: { id: integer, station: text, time: timestamp, temperature: number } }
                      - { type: not_null, column: time }
                      - { type: unique, columns: [id] }
                      - { type: regex, column: station, pattern: "^station [0-9]{3}$" }
                      - { type: range, column: temperature, min: -60, max: 60 }
                      - { type: range, column: humidity, min: 0, max: 1 }
                      - { type: range, column: pressure, min: 870, max: 1085 }
                      - { type: range, column: wind, min: 0, max: 110 }
                      - { type: increasing, column: time }
                      - { type: row_count, min: 1000 }
                    """,
            },
        },
        TimeSpan.FromMinutes(1));
}
