using Skipper.Shared.Storage.Databases;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Databases;

public sealed class DatabaseNamesTests
{
    [Theory]
    [InlineData("SELECT * FROM pad.notes n JOIN pad.authors a ON a.name = n.text", "SELECT * FROM pad_notes n JOIN pad_authors a ON a.name = n.text")]
    [InlineData("SELECT 'ipad.x', notepad.x, x.pad.y FROM pad.notes", "SELECT 'ipad.x', notepad.x, x.pad.y FROM pad_notes")]
    public async Task Only_the_own_schema_becomes_a_prefix(string written, string expected)
    {
        await using var storage = TestStorage.Sqlite();
        using var host = new StorageHost(storage);

        Assert.Equal(expected, host.Pad.Sql(written));
        Assert.Equal("", host.Pad.SkipLocked);
    }

    [Fact]
    public void A_migration_that_was_renamed_is_refused()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => MigrationSet.Missing(
            [new Migration(1, "0001_new_name", "")],
            [new AppliedMigration { Version = 1, Name = "0001_old_name" }],
            "pad.schema_versions"));

        Assert.Contains("0001_old_name", exception.Message, StringComparison.Ordinal);
        Assert.Contains("0001_new_name", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Migrations_of_both_dialects_carry_the_same_names()
    {
        var migrations = new MigrationSet(typeof(DatabaseNamesTests).Assembly);

        Assert.Equal(
            migrations.For(Dialect.Sqlite).Select(migration => migration.Name),
            migrations.For(Dialect.PostgreSql).Select(migration => migration.Name));
        Assert.Equal([1, 2], migrations.For(Dialect.Sqlite).Select(migration => migration.Version));
    }
}
