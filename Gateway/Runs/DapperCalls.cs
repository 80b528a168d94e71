using System.Data.Common;
using Dapper;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Dapper with a cancellation token and the transaction as receiver, so that no statement can run outside of it.
/// </summary>
internal static class DapperCalls
{
    public static Task<int> ExecuteAsync(
        this DbTransaction transaction, string sql, object? arguments, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(
            new CommandDefinition(sql, arguments, transaction, cancellationToken: cancellationToken));

    public static async Task<List<T>> QueryAsync<T>(
        this DbTransaction transaction, string sql, object? arguments, CancellationToken cancellationToken) =>
        (await transaction.Connection!.QueryAsync<T>(
            new CommandDefinition(sql, arguments, transaction, cancellationToken: cancellationToken))).AsList();

    public static Task<T?> FirstOrDefaultAsync<T>(
        this DbTransaction transaction, string sql, object? arguments, CancellationToken cancellationToken) =>
        transaction.Connection!.QueryFirstOrDefaultAsync<T>(
            new CommandDefinition(sql, arguments, transaction, cancellationToken: cancellationToken));

    public static async Task<List<T>> QueryAsync<T>(
        this DbConnection connection, string sql, object? arguments, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(
            new CommandDefinition(sql, arguments, cancellationToken: cancellationToken))).AsList();

    public static Task<T?> FirstOrDefaultAsync<T>(
        this DbConnection connection, string sql, object? arguments, CancellationToken cancellationToken) =>
        connection.QueryFirstOrDefaultAsync<T>(
            new CommandDefinition(sql, arguments, cancellationToken: cancellationToken));
}
