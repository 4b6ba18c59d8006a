using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <summary>
    /// Opens a ledger in a PostgreSQL database, which has to be there; makes its schema 'dnc' or brings it up to date. Any number of
    /// processes may have it open. Its clock is the database's.
    /// </summary>
    /// <param name="connectionString">Npgsql's 'Host=…' form or a 'postgresql://' URI. It is in no error and no log.</param>
    /// <param name="parts">The rest; its clock is not asked.</param>
    /// <exception cref="UserInputException">It cannot be read, reached or used, the server is too old, or the ledger newer than this program.</exception>
    public static SqlLedger OpenPostgres(string connectionString, LedgerParts parts) => OpenPostgres(connectionString, parts, clock: null);

    /// <summary>The same by another clock, for tests.</summary>
    internal static SqlLedger OpenPostgres(string connectionString, LedgerParts parts, TimeProvider? clock)
    {
        var read = PostgresConnection.Read(connectionString);
        try
        {
            var dialect = PostgresDialect.Open(read, parts.Lease.Lease, clock);
            try
            {
                Migrations.Apply(dialect);
                return new SqlLedger(dialect, parts);
            }
            catch
            {
                dialect.Dispose();
                throw;
            }
        }
        catch (Exception error) when (PostgresComplaint.About(error, read) is not null)
        {
            throw new UserInputException(PostgresComplaint.About(error, read)!, error);
        }
    }
}
